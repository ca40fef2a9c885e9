package dev.caravan.source.velo;

import dev.caravan.settings.Secrets;
import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** How cells of the vendor's tables are read, of the catalogue and of rows alike (contract, section 3). */
final class VeloCells {
    /** Perhaps with a fraction or in scientific notation: the vendor's numbers are not bound to one (section 3). */
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,18}(\\.\\d{0,18})?([eE][+-]?\\d{1,2})?");

    private static final int MOST_DIGITS = 18;

    private VeloCells() {}

    /** The cell of a row, without white space around it; empty where there is none. */
    static String cell(Map<String, String> row, String column) {
        String cell = row.get(column);
        return cell == null ? "" : cell.strip();
    }

    /** A whole number, such as milliseconds since 1970 UTC; nothing for any other text. */
    static OptionalLong wholeNumber(String text) {
        if (isDigits(text)) {
            return OptionalLong.of(Long.parseLong(text));
        }
        if (!NUMBER.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(new BigDecimal(text).longValueExact());
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /** Nearly every time is written so, and a history has one in each of millions of rows. */
    private static boolean isDigits(String text) {
        if (text.isEmpty() || text.length() > MOST_DIGITS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** A row as the quarantine shows it. */
    static String fragment(Map<String, String> row) {
        return Secrets.mask(new TreeMap<>(row).toString());
    }
}
