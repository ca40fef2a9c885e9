package dev.caravan.database;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Layers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The SQL that users may read and edit: the files under {@code sql/}, each read once. */
public final class Statements {
    private final Layers layers;
    private final Map<String, String> texts = new ConcurrentHashMap<>();

    /**
     * @param layers the folders that hold {@code sql}
     */
    public Statements(Layers layers) {
        this.layers = layers;
    }

    /**
     * @param name path below {@code sql}, without its ending, such as {@code ingest/store}
     * @return the statement, with {@code :name} parameters
     * @throws ConfigurationException when there is no such file
     */
    public String text(String name) {
        return texts.computeIfAbsent(name, this::read);
    }

    private String read(String name) {
        Path file = layers.file("sql/" + name + ".sql");
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the statement " + file, e);
        }
    }
}
