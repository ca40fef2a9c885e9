package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.testing.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of DATABASE_URL. */
final class DatabaseAddressTest {
    @ParameterizedTest
    @CsvSource({
        "postgres://u:p@db.example:5433/caravan, jdbc:postgresql://db.example:5433/caravan, u, p",
        "postgresql://u:p@db.example/caravan, jdbc:postgresql://db.example/caravan, u, p",
        "postgres://u@db.example/caravan, jdbc:postgresql://db.example/caravan, u,",
        "postgres://db.example/caravan, jdbc:postgresql://db.example/caravan, ,",
        "postgres://u:p@db.example/caravan?sslmode=require, jdbc:postgresql://db.example/caravan?sslmode=require, u, p",
        "postgres://u:p@[::1]:5432/caravan, jdbc:postgresql://[::1]:5432/caravan, u, p",
        "postgres://u:p@db.example, jdbc:postgresql://db.example/, u, p",
        "postgres://u:p%40ss%3Aw%2Ford+%25@h/d, jdbc:postgresql://h/d, u, p@ss:w/ord+%",
        "postgres://u:a:b@h/d, jdbc:postgresql://h/d, u, a:b",
        "postgres://us%40er:p@h/d, jdbc:postgresql://h/d, us@er, p",
        "jdbc:postgresql://h/d?user=u&password=p, jdbc:postgresql://h/d?user=u&password=p, ,"
    })
    void everyFormIsUnderstood(String url, String jdbcUrl, String user, String password) {
        assertThat(DatabaseAddress.parse(url)).isEqualTo(new DatabaseAddress(jdbcUrl, user, password));
    }

    @Test
    void aHostMayHaveAnUnderscore() {
        assertThat(DatabaseAddress.parse("postgres://u:p@market_db:5432/caravan"))
                .isEqualTo(new DatabaseAddress("jdbc:postgresql://market_db:5432/caravan", "u", "p"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://u:hidden@h/d",
                "u:hidden@h/d",
                "postgres:/u:hidden@h/d",
                "postgres://u:hidden h/d",
                "postgres://u:hidden%@h/d",
                "hidden",
                ""
            })
    void anotherFormIsRefusedWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> DatabaseAddress.parse(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("DATABASE_URL")
                .hasMessageNotContaining("hidden")
                .hasNoCause()
                .satisfies(failure -> assertThat(failure.getMessage().lines()).hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://u:hidden@h:5432/d",
                "jdbc:postgresql://h:5432/d?user=u&password=hidden",
                "postgres://h:5432/d?password=hidden&user=u"
            })
    void theAddressAsTextHoldsNoPassword(String url) {
        assertThat(DatabaseAddress.parse(url)).hasToString("jdbc:postgresql://h:5432/d");
    }

    @Test
    void aRealServerAcceptsWhatWasParsed() throws Exception {
        DatabaseAddress address = DatabaseAddress.parse(TestServer.newDatabase());
        try (Connection connection =
                DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password())) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }
}
