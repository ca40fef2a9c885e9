package dev.caravan.source.artemis;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Pull;
import dev.caravan.ingest.PullLedger;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Variable;

/**
 * What a pull of Artemis asks: one metric of up to 50 symbols a call (contract, section 4), over a trailing window of UTC
 * days so that every value keeps the day it belongs to and late corrections arrive (section 7).
 *
 * <p>Which pairs of symbol and metric exist, only the vendor can tell, and one call for each symbol of
 * {@code /supported-metrics} would cost more than asking: a pair that the vendor answers with an error string, and that
 * never answered before, is left out for {@code pull.not-offered.asked-again-after}. So metrics whose id the contract
 * cannot confirm may stand in the configuration.
 */
public final class ArtemisPlanner {
    static final String SOURCE = "artemis";
    static final String SERIES = "series";

    /** Figures of quarterly statements: dated by fiscal period, and only given by the quarter (contract, section 2.1). */
    private static final Set<String> STATEMENTS = Set.of("EQ_CASH_AND_CASH_EQUIVALENTS", "EQ_TOTAL_DEBT");
    /** So few symbols were answered with several metrics over years at once (section 4): size is not what they fail for. */
    private static final int NEVER_TOO_LARGE = 10;

    private final Settings settings;
    private final PullLedger ledger;
    private final Path file;

    /**
     * @param settings {@code artemis.*}, and the folder of {@code config/sources/artemis.csv}
     * @param ledger what need not be asked again this week
     */
    public ArtemisPlanner(Settings settings, PullLedger ledger) {
        this.settings = settings;
        this.ledger = ledger;
        this.file = settings.layers().file("config/sources/artemis.csv");
    }

    /**
     * @param pull the running pull
     * @return the requests, metric by metric
     * @throws ConfigurationException when the configured symbols or a setting cannot be read
     */
    public List<VendorRequest> calls(@Variable("pull") Pull pull) {
        Set<String> askedLately = ledger.askedLately(SOURCE);
        LocalDate today = LocalDate.ofInstant(pull.startedAt(), ZoneOffset.UTC);
        int batch = settings.number("artemis.batch-symbols", 1, 250);
        int days = settings.number("artemis.trailing-days", 1, 365);
        int statementDays = settings.number("artemis.statement-trailing-days", 1, 3_650);
        List<VendorRequest> requests = new ArrayList<>();
        ArtemisAssets.read(file).symbolsByMetric().forEach((metric, configured) -> {
            List<String> symbols = configured.stream()
                    .filter(symbol -> !askedLately.contains(symbol + " " + metric))
                    .toList();
            LocalDate from = today.minusDays(STATEMENTS.contains(metric) ? statementDays : days);
            for (int begin = 0; begin < symbols.size(); begin += batch) {
                requests.add(
                        series(metric, symbols.subList(begin, Math.min(symbols.size(), begin + batch)), from, today));
            }
        });
        pull.plan(requests);
        return requests;
    }

    private VendorRequest series(String metric, List<String> symbols, LocalDate from, LocalDate to) {
        String joined = symbols.stream().map(VendorRequest::encode).collect(Collectors.joining(","));
        String granularity = STATEMENTS.contains(metric) ? "&granularity=QUARTER" : "";
        // The trailing slash is part of the path (contract, section 2.1).
        VendorRequest.Builder request = VendorRequest.get(
                        SOURCE,
                        settings.url("artemis.api.url"),
                        settings.text("artemis.api.path") + "/" + inPath(metric) + "/")
                .query("symbols=" + joined + "&startDate=" + from + "&endDate=" + to + granularity + "&APIKey={key}")
                .answer(SERIES, metric)
                .expects(symbols, List.of(metric))
                // 400 is a metric or symbol that the vendor does not know (section 3).
                .refusals(400);
        if (symbols.size() > 1) {
            // 500 is a batch that is too large. 400 may be one symbol's fault and must not cost the others their
            // values.
            Set<Integer> statuses = symbols.size() > NEVER_TOO_LARGE ? Set.of(400, 500) : Set.of(400);
            int middle = symbols.size() / 2;
            request.halves(
                    statuses,
                    () -> List.of(
                            series(metric, symbols.subList(0, middle), from, to),
                            series(metric, symbols.subList(middle, symbols.size()), from, to)));
        }
        return request.build();
    }

    /** The older form of the call has metrics in lower case (contract, section 2.2); answers echo the case. */
    private String inPath(String metric) {
        boolean lower = Boolean.parseBoolean(settings.text("artemis.api.metrics-in-lower-case"));
        return lower ? metric.toLowerCase(Locale.ROOT) : metric;
    }
}
