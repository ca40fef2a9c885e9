package dev.caravan.fetch;

/**
 * What a request belongs to, such as a pull: the variable {@code pull} of its route. It can end before all its requests
 * have left.
 */
public interface Asking {
    /**
     * Lets a request through. Asked before a request waits for its turn, when it is the next to wait, and once more when its
     * slot has come.
     *
     * @throws TerminalFailure when nothing more is to be asked; the message begins with {@code not asked}
     */
    void admit();
}
