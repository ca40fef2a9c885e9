package dev.caravan.routes;

import java.util.List;
import java.util.stream.Collectors;

/** A reload that was not done; everything runs as before. */
public final class RoutesRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<RouteFault> faults;

    private RoutesRefused(String message, List<RouteFault> faults) {
        super(message);
        this.faults = faults;
    }

    static RoutesRefused broken(List<RouteFault> faults) {
        String all = faults.stream().map(RouteFault::toString).collect(Collectors.joining("; "));
        return new RoutesRefused("nothing was changed: " + all, List.copyOf(faults));
    }

    static RoutesRefused atWork(List<String> routes) {
        return new RoutesRefused(
                "nothing was changed: at work are " + String.join(", ", routes) + "; try again when they are done",
                List.of());
    }

    /** @return what is wrong with the files; none where routes were at work */
    public List<RouteFault> faults() {
        return faults == null ? List.of() : faults;
    }
}
