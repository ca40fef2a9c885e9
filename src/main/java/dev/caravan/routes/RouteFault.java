package dev.caravan.routes;

/**
 * What is wrong with a route file.
 *
 * @param file the file, by its path below the home
 * @param line the line, from 1; 0 where only the file as a whole can be named
 * @param message what is wrong, for a person
 */
public record RouteFault(String file, int line, String message) {
    @Override
    public String toString() {
        return file + (line > 0 ? ", line " + line : "") + ": " + message;
    }
}
