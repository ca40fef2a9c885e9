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
import java.util.Set;
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
    static final String SOURCE = ArtemisRequests.SOURCE;
    static final String SERIES = ArtemisRequests.SERIES;

    private final Settings settings;
    private final ArtemisRequests words;
    private final PullLedger ledger;
    private final Path file;

    /**
     * @param settings {@code artemis.*}, and the folder of {@code config/sources/artemis.csv}
     * @param ledger what need not be asked again this week
     */
    public ArtemisPlanner(Settings settings, PullLedger ledger) {
        this.settings = settings;
        this.words = new ArtemisRequests(settings);
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
        int batch = words.batch();
        int days = settings.number("artemis.trailing-days", 1, 365);
        int statementDays = settings.number("artemis.statement-trailing-days", 1, 3_650);
        List<VendorRequest> requests = new ArrayList<>();
        ArtemisAssets.read(file).symbolsByMetric().forEach((metric, configured) -> {
            List<String> symbols = configured.stream()
                    .filter(symbol -> !askedLately.contains(symbol + " " + metric))
                    .toList();
            LocalDate from = today.minusDays(ArtemisRequests.isStatement(metric) ? statementDays : days);
            for (int begin = 0; begin < symbols.size(); begin += batch) {
                requests.add(
                        series(metric, symbols.subList(begin, Math.min(symbols.size(), begin + batch)), from, today));
            }
        });
        pull.plan(requests);
        return requests;
    }

    private VendorRequest series(String metric, List<String> symbols, LocalDate from, LocalDate to) {
        int middle = symbols.size() / 2;
        return words.series(metric, symbols, from, to)
                .halves(
                        ArtemisRequests.tooLarge(symbols),
                        () -> middle == 0
                                ? List.of()
                                : List.of(
                                        series(metric, symbols.subList(0, middle), from, to),
                                        series(metric, symbols.subList(middle, symbols.size()), from, to)))
                .build();
    }
}
