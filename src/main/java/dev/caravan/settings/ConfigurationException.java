package dev.caravan.settings;

/** A setting that cannot be used. The message is one line that says which setting, what is wrong and what to do. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message one line for the person who starts the program; it holds no secret
     */
    public ConfigurationException(String message) {
        super(message);
    }

    /**
     * @param message one line for the person who starts the program; it holds no secret
     * @param cause what happened underneath, for the log
     */
    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
