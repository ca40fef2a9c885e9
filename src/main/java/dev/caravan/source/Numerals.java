package dev.caravan.source;

import java.util.OptionalDouble;

/** How vendors write numbers in texts: as decimals, perhaps with a fraction or in scientific notation. */
public final class Numerals {
    private Numerals() {}

    /**
     * Reads a numeral of decimal digits, such as {@code 12}, {@code -0.5}, {@code .5}, {@code 7.} or {@code 1.5E-7}. It is
     * written by hand, as a history is millions of them.
     *
     * @param text a text without white space around it
     * @return the number, finite; nothing for any other text, be it {@code NaN}, {@code Infinity}, {@code 1d} or hexadecimal,
     *     all of which Java's own reader takes
     */
    public static OptionalDouble read(String text) {
        if (!isNumeral(text)) {
            return OptionalDouble.empty();
        }
        double number = Double.parseDouble(text);
        return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
    }

    private static boolean isNumeral(String text) {
        int begin = afterSign(text, 0);
        int point = afterDigits(text, begin);
        int digits = point - begin;
        int at = point;
        if (at < text.length() && text.charAt(at) == '.') {
            at = afterDigits(text, point + 1);
            digits += at - point - 1;
        }
        if (digits == 0) {
            return false;
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            int exponent = afterSign(text, at + 1);
            at = afterDigits(text, exponent);
            return at > exponent && at == text.length();
        }
        return at == text.length();
    }

    private static int afterSign(String text, int at) {
        return at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-') ? at + 1 : at;
    }

    private static int afterDigits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
