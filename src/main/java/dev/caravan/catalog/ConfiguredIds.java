package dev.caravan.catalog;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import dev.caravan.settings.Layers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ids that {@code config/sources} asks for: the first column of each file, which is named after its source.
 *
 * @param files the files that they were read from, with the times at which these were last changed
 * @param ids all of them, by source and in the order of its file
 */
record ConfiguredIds(Map<Path, FileTime> files, List<Id> ids) {
    private static final String FOLDER = "config/sources";
    private static final String ENDING = ".csv";

    /**
     * One id.
     *
     * @param source the source that is asked
     * @param id its own id of an asset
     */
    record Id(String source, String id) {}

    /**
     * Reads all files of the folder, unless they are those that were read before.
     *
     * @param layers the folders that have it
     * @param before what was read before, or null
     * @return what is configured
     * @throws ConfigurationException when a file cannot be read; names it
     */
    static ConfiguredIds read(Layers layers, ConfiguredIds before) {
        Map<Path, FileTime> files = files(layers);
        if (before != null && before.files().equals(files)) {
            return before;
        }
        List<Id> ids = new ArrayList<>();
        for (Path file : files.keySet()) {
            String name = file.getFileName().toString();
            String source = name.substring(0, name.length() - ENDING.length());
            for (CsvTable.Row row : CsvTable.read(file)) {
                String id = row.get(row.cells().keySet().iterator().next());
                if (!id.isEmpty()) {
                    ids.add(new Id(source, id));
                }
            }
        }
        return new ConfiguredIds(files, List.copyOf(ids));
    }

    private static Map<Path, FileTime> files(Layers layers) {
        Map<Path, FileTime> files = new TreeMap<>();
        for (Path file : layers.files(FOLDER).values()) {
            if (file.getFileName().toString().endsWith(ENDING)) {
                try {
                    files.put(file, Files.getLastModifiedTime(file));
                } catch (IOException e) {
                    throw new ConfigurationException("cannot read " + file, e);
                }
            }
        }
        return files;
    }
}
