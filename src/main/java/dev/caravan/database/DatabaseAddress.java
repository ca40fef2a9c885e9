package dev.caravan.database;

import dev.caravan.settings.ConfigurationException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Where a PostgreSQL server is and who asks.
 *
 * @param jdbcUrl address for the JDBC driver, without credentials where they were given apart
 * @param user the role, or null when the URL or the driver's defaults say it
 * @param password its password, or null
 */
public record DatabaseAddress(String jdbcUrl, String user, String password) {
    private static final String FORMS =
            "DATABASE_URL must look like postgres://user:password@host:5432/database or jdbc:postgresql://host/database";

    /**
     * Reads {@code postgres://}, {@code postgresql://} and {@code jdbc:postgresql://} addresses.
     *
     * @param url the value of {@code DATABASE_URL}
     * @return the address
     * @throws ConfigurationException when it is none; the message does not repeat it, as it may hold a password
     */
    public static DatabaseAddress parse(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return new DatabaseAddress(url, null, null);
        }
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(FORMS); // the cause would repeat the password
        }
        boolean known = "postgres".equals(uri.getScheme()) || "postgresql".equals(uri.getScheme());
        String authority = uri.getRawAuthority();
        if (!known || authority == null) {
            throw new ConfigurationException(FORMS);
        }
        // Not URI.getHost(): it knows no host with an underscore, such as Compose gives.
        int at = authority.lastIndexOf('@');
        String place = authority.substring(at + 1);
        if (!place.matches("([\\w.-]+|\\[[0-9a-fA-F:.]+\\])(:\\d{1,5})?")) {
            throw new ConfigurationException(FORMS);
        }
        String user = null;
        String password = null;
        if (at >= 0) {
            String[] parts = authority.substring(0, at).split(":", 2);
            user = decode(parts[0]);
            password = parts.length > 1 ? decode(parts[1]) : null;
        }
        String path = uri.getRawPath() == null || uri.getRawPath().length() < 2 ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new DatabaseAddress("jdbc:postgresql://" + place + path + query, user, password);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        int query = jdbcUrl.indexOf('?');
        return query < 0 ? jdbcUrl : jdbcUrl.substring(0, query);
    }
}
