package dev.caravan.source.velo;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The coins of {@code config/sources/velo.csv}: upper case, perhaps beginning with a digit, never a number. */
public final class VeloCoins {
    private VeloCoins() {}

    /**
     * Reads the file.
     *
     * @param file {@code config/sources/velo.csv}
     * @return its coins, in order
     * @throws ConfigurationException when it cannot be read or a row is wrong; names file and line
     */
    public static List<String> read(Path file) {
        Set<String> coins = new LinkedHashSet<>();
        for (CsvTable.Row row : CsvTable.read(file)) {
            String coin = row.get("coin");
            if (coin.isEmpty() || !coins.add(coin)) {
                throw row.wrong("the coin is missing or repeated");
            }
            if (!coin.equals(coin.toUpperCase(Locale.ROOT)) || coin.matches(".*[\\s,=+@].*")) {
                throw row.wrong("the coin " + coin + " is not as the vendor writes it: upper case, such as 1000BONK");
            }
        }
        return List.copyOf(coins);
    }
}
