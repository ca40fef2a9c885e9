package dev.caravan.routes;

import dev.caravan.settings.Secrets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes of what Camel throws one line with the place in the file. */
final class RouteFailure {
    private static final Pattern LINE = Pattern.compile("(?:\\bline:? |:)(\\d+)(?:[:, ]|$)");
    private static final Pattern ROUTE = Pattern.compile("\\broute:? ?\\[?([\\w-]+)");
    private static final Pattern FIELD = Pattern.compile("Unsupported field: ([\\w-]+)");
    private static final int LONGEST = 400;

    private RouteFailure() {}

    /**
     * @param file the file that could not be loaded
     * @param failure what was thrown
     * @return the fault, with a line where the failure or its causes name one
     */
    static RouteFault of(RouteFile file, Throwable failure) {
        int line = 0;
        int ofRoute = 0;
        Throwable innermost = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            innermost = cause;
            String message = String.valueOf(cause.getMessage());
            Matcher place = LINE.matcher(message);
            while (place.find()) {
                line = Integer.parseInt(place.group(1));
            }
            Matcher route = ROUTE.matcher(message);
            if (route.find()) {
                ofRoute = file.lineOfRoute(route.group(1));
            }
        }
        String message = innermost.getMessage() == null ? innermost.toString() : innermost.getMessage();
        // Camel names the line of the step; the field itself stands a little below.
        Matcher field = FIELD.matcher(message);
        if (field.find()) {
            int own = file.lineOf(Pattern.compile("\\b" + Pattern.quote(field.group(1)) + "(?::|\\b)"), line);
            line = own > 0 ? own : line;
        }
        String shown = Secrets.mask(message.replace("file:" + file.path(), "this file")
                .replaceAll("\\s*\\R\\s*", " ")
                .strip());
        return new RouteFault(
                file.name(),
                line > 0 ? line : ofRoute,
                shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST) + " ...");
    }
}
