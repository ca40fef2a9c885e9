package dev.caravan.source.table;

import dev.caravan.backfill.History;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;

/** Makes the history of each source that a table describes. The bean {@code tableHistories}. */
public final class TableHistories {
    private final Settings settings;

    /**
     * @param settings {@code SOURCE.api.url}, {@code SOURCE.api.key}, {@code SOURCE.api.header}, {@code SOURCE.window-days},
     *     {@code table.window-days}, and the folder of the tables
     */
    public TableHistories(Settings settings) {
        this.settings = settings;
    }

    /**
     * For whatever knows only the source's name. Windows that it packs itself need the setting {@code SOURCE.api.url}; those
     * of the ledger say which base URL the route named.
     *
     * @param source the source
     * @return its history
     * @throws ConfigurationException when nothing can have that name
     */
    public History of(String source) {
        return at(source, "");
    }

    /**
     * Called from a route as {@code at('blockchain', 'https://api.blockchain.info')}.
     *
     * @param source the source
     * @param base the vendor's base URL; may be empty where there is a setting {@code SOURCE.api.url}, which has precedence
     * @return its history
     * @throws ConfigurationException when nothing can have that name
     */
    public History at(String source, String base) {
        return new TableHistory(source, base, new TableRequests(settings, source));
    }
}
