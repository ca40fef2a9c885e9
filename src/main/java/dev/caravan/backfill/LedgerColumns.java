package dev.caravan.backfill;

import dev.caravan.database.SqlArray;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;

/** How lists and instants stand in the columns of the ledger. */
final class LedgerColumns {
    private LedgerColumns() {}

    static SqlArray texts(List<String> texts) {
        return new SqlArray("text", texts.toArray(String[]::new));
    }

    static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return List.of((String[]) array.getArray());
    }

    static Timestamp sql(Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
