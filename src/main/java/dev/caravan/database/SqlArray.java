package dev.caravan.database;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.SqlTypeValue;

/** A whole column as one parameter: the driver sends primitive arrays in binary, without boxing them. */
public final class SqlArray implements SqlTypeValue {
    private final String elementType;
    private final Object elements;

    /**
     * @param elementType the type's name in PostgreSQL, such as {@code float8}
     * @param elements a Java array: {@code int[]}, {@code double[]}, {@code boolean[]} or {@code String[]}; null
     *     for NULL
     */
    public SqlArray(String elementType, Object elements) {
        this.elementType = elementType;
        this.elements = elements;
    }

    @Override
    public void setTypeValue(PreparedStatement statement, int index, int sqlType, String typeName) throws SQLException {
        if (elements == null) {
            statement.setNull(index, Types.ARRAY);
            return;
        }
        Array array = statement.getConnection().unwrap(PGConnection.class).createArrayOf(elementType, elements);
        statement.setArray(index, array);
    }
}
