package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as CoinGecko's server (Ruby) prints them: integers or floats at will, exponents such as {@code 8.36e-06}. */
final class CoinGeckoNumbers {
    private static final double LARGEST_PLAIN = 1e16;
    private static final double SMALLEST_PLAIN = 1e-4;

    private CoinGeckoNumbers() {}

    /** A price rounded as in lists: whole from 10,000, to cents from 1, else to six digits; not at all when full. */
    static double price(double value, boolean full) {
        if (full || value == 0) {
            return value;
        }
        double size = Math.abs(value);
        if (size >= 10_000) {
            return Math.rint(value);
        }
        return size >= 1 ? Math.rint(value * 100) / 100 : digits(value, 6);
    }

    /** The value with that many significant digits. */
    static double digits(double value, int count) {
        return new BigDecimal(value).round(new MathContext(count)).doubleValue();
    }

    /** A field with an amount of money or a price. */
    static void money(JsonGenerator json, String field, double value) throws IOException {
        json.writeFieldName(field);
        json.writeNumber(value == Math.rint(value) && value >= 10_000 && value < 1e18 ? whole(value) : ruby(value));
    }

    /** A field with coins: whole amounts now with, now without a decimal point. */
    static void coins(JsonGenerator json, String field, double value) throws IOException {
        boolean point = Chance.unit(Chance.hash((long) value, field.length())) < 0.5;
        json.writeFieldName(field);
        json.writeNumber(value == Math.rint(value) && value < 1e15 && !point ? whole(value) : ruby(value));
    }

    /** A field with any other number. */
    static void number(JsonGenerator json, String field, double value) throws IOException {
        json.writeFieldName(field);
        json.writeNumber(ruby(value));
    }

    /** An array of a time in milliseconds and a value, which may be null. */
    static void pair(JsonGenerator json, long millis, Double value) throws IOException {
        json.writeStartArray();
        json.writeNumber(millis);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(ruby(value));
        }
        json.writeEndArray();
    }

    private static String whole(double value) {
        return Long.toString((long) value);
    }

    /** The shortest text that reads back as the value, in Ruby's layout. */
    static String ruby(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0.0";
        }
        String java = Double.toString(value);
        if (size >= SMALLEST_PLAIN && size < LARGEST_PLAIN) {
            if (java.indexOf('E') < 0) {
                return java;
            }
            String plain = new BigDecimal(java).toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        int split = java.indexOf('E');
        int exponent = Integer.parseInt(java.substring(split + 1));
        return java.substring(0, split)
                + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
