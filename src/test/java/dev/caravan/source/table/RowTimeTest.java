package dev.caravan.source.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which times are read, and which are none. */
final class RowTimeTest {
    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1768478400 | 2026-01-15T12:00:00Z",
                "1768478400000 | 2026-01-15T12:00:00Z",
                "1768478400999 | 2026-01-15T12:00:00Z",
                "1768478400.75 | 2026-01-15T12:00:00Z",
                "1.7684784E9 | 2026-01-15T12:00:00Z",
                "'1768478400' | 2026-01-15T12:00:00Z",
                "'1768478400000' | 2026-01-15T12:00:00Z",
                "100000000 | 1973-03-03T09:46:40Z",
                "100000000000 | 1973-03-03T09:46:40Z",
                "99999999999 | 5138-11-16T09:46:39Z",
                "'2026-01-15' | 2026-01-15T00:00:00Z",
                "'2026-01-15T12:00:00Z' | 2026-01-15T12:00:00Z",
                "'2026-01-15T12:00:00.123Z' | 2026-01-15T12:00:00.123Z",
                "'2026-01-15T12:00:00.000000000Z' | 2026-01-15T12:00:00Z",
                "'2026-01-15T12:00Z' | 2026-01-15T12:00:00Z",
                "'2026-01-15T12:00:00+02:00' | 2026-01-15T10:00:00Z",
                "'2026-01-15T12:00:00-0500' | 2026-01-15T17:00:00Z",
                "'2026-01-15 12:00:00+00' | 2026-01-15T12:00:00Z",
                "'2026-07-15T12:00:00+02:00[Europe/Paris]' | 2026-07-15T10:00:00Z",
                "'2026-01-15T12:00:00' | 2026-01-15T12:00:00Z",
                "'2026-01-15 12:00:00' | 2026-01-15T12:00:00Z",
                "' 2026-01-15 ' | 2026-01-15T00:00:00Z"
            })
    void aTimeIsRead(String written, Instant expected) {
        assertThat(RowTime.read(json(written))).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "{}",
                "[]",
                "''",
                "0",
                "-1768478400",
                "20260115",
                "'20260115'",
                "2026",
                "99999999",
                "100000000000000",
                "1768478400000000",
                "'yesterday'",
                "'2026-02-30'",
                "'2026-13-01'",
                "'15.01.2026'",
                "'2026-01'",
                "'Thu, 15 Jan 2026 12:00:00 GMT'"
            })
    void whatIsNoTimeIsNotGuessed(String written) {
        assertThat(RowTime.read(json(written))).isEmpty();
    }
}
