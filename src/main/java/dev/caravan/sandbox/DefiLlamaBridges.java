package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** DefiLlama's bridges (Pro): volumes per UTC day, where volume is half of deposits plus withdrawals, in USD. */
final class DefiLlamaBridges {
    private static final int COUNT = 90;
    private static final long DAY_SECONDS = 86_400;
    /** 2022-09-01, where all histories begin. */
    private static final long FIRST_DAY = 19_236;

    /** number|slug|name|volume per day in millions of USD. */
    private static final String KNOWN = """
        1|polygon-pos-bridge|Polygon PoS Bridge|6
        10|celer-cbridge|Celer cBridge|5
        11|synapse|Synapse|4
        12|stargate|Stargate|60
        13|hop|Hop|1
        17|axelar|Axelar|9
        19|across|Across|55
        20|debridge|deBridge|25
        42|pnetwork|pNetwork|0.1
        59|connext|Connext|0.3
        77|portal|Wormhole|45
        80|hyperliquid-bridge|Hyperliquid|240
        84|layerzero|LayerZero|150
        """;

    private final Map<Integer, Bridge> bridges = new LinkedHashMap<>();

    /** The bridges around the configured rows whose {@code bridge} names one by number or slug. */
    DefiLlamaBridges(List<Map<String, String>> configured) {
        for (String line : KNOWN.lines().toList()) {
            String[] parts = line.split("\\|", -1);
            int id = Integer.parseInt(parts[0]);
            bridges.put(id, new Bridge(id, parts[1], parts[2], Double.parseDouble(parts[3]) * 1e6));
        }
        for (Map<String, String> row : configured) {
            String wanted = row.getOrDefault("bridge", "");
            boolean known = bridges.values().stream()
                    .anyMatch(bridge -> wanted.equals(Integer.toString(bridge.id()))
                            || wanted.equalsIgnoreCase(bridge.slug())
                            || wanted.equalsIgnoreCase(bridge.name()));
            if (!wanted.isBlank() && !known) {
                boolean number = wanted.chars().allMatch(Character::isDigit);
                int id = number ? Integer.parseInt(wanted) : freeId();
                String slug = number ? row.getOrDefault("slug", wanted) : InventedNames.slug(wanted);
                bridges.put(id, invented(id, slug, row.getOrDefault("name", slug)));
            }
        }
        while (bridges.size() < COUNT) {
            int id = freeId();
            String name = InventedNames.name(id * 11) + " Bridge";
            bridges.put(id, invented(id, InventedNames.slug(name), name));
        }
    }

    private record Bridge(int id, String slug, String name, double base) {
        ValuePath deposits() {
            return new ValuePath("bridge deposits/" + id, base, 0.5);
        }

        ValuePath withdrawals() {
            return new ValuePath("bridge withdrawals/" + id, base, 0.5);
        }

        double volume(long from, long to) {
            ValuePath deposits = deposits();
            ValuePath withdrawals = withdrawals();
            double sum = 0;
            for (long day = from; day <= to; day++) {
                sum += (deposits.onDay(day) + withdrawals.onDay(day)) / 2;
            }
            return sum;
        }
    }

    /** {@code /bridges}: the largest of yesterday first. */
    Answer list(Request request) {
        long yesterday = request.today() - 1;
        List<Bridge> sorted = new ArrayList<>(bridges.values());
        sorted.sort(Comparator.comparingDouble((Bridge bridge) -> -bridge.volume(yesterday, yesterday)));
        return Answer.json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("bridges");
            for (Bridge bridge : sorted) {
                row(json, bridge, yesterday);
            }
            json.writeEndArray();
            json.writeNumberField("dataUpdatedAt", request.hourSecond());
            json.writeEndObject();
        });
    }

    /** {@code /bridgevolume/{chain|all}?id=}: completed days, dates as texts. */
    Answer volume(String chain, Request request) {
        String asked = request.parameter("id");
        List<Bridge> chosen = bridges.values().stream()
                .filter(bridge -> asked.isEmpty() || asked.equals(Integer.toString(bridge.id())))
                .toList();
        if (chosen.isEmpty()) {
            return Answer.json(400, Json.plain(json -> {
                json.writeStartObject();
                json.writeStringField("error", "Bad Request");
                json.writeStringField("message", "Unknown bridge ID: " + asked);
                json.writeEndObject();
            }));
        }
        double share = chain.equals("all") ? 1 : Chance.between("bridge chain/" + chain, 0.02, 0.3);
        List<ValuePath> deposits = chosen.stream().map(Bridge::deposits).toList();
        List<ValuePath> withdrawals = chosen.stream().map(Bridge::withdrawals).toList();
        return Answer.json(json -> {
            json.writeStartArray();
            for (long day = FIRST_DAY; day < request.today(); day++) {
                double deposited = sum(deposits, day) * share;
                double withdrawn = sum(withdrawals, day) * share;
                json.writeStartObject();
                json.writeStringField("date", Long.toString(day * DAY_SECONDS));
                Json.number(json, "depositUSD", deposited);
                Json.number(json, "withdrawUSD", withdrawn);
                json.writeNumberField("depositTxs", (long) (deposited / 4_000));
                json.writeNumberField("withdrawTxs", (long) (withdrawn / 5_000));
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void row(JsonGenerator json, Bridge bridge, long yesterday) throws IOException {
        double last = bridge.volume(yesterday, yesterday);
        double before = bridge.volume(yesterday - 1, yesterday - 1);
        json.writeStartObject();
        json.writeNumberField("id", bridge.id());
        json.writeStringField("name", bridge.slug());
        json.writeStringField("displayName", bridge.name());
        json.writeStringField("icon", "icons:" + bridge.slug());
        Json.number(json, "volumePrevDay", last);
        Json.number(json, "volumePrev2Day", before);
        Json.number(json, "lastHourlyVolume", 0);
        Json.number(json, "last24hVolume", last);
        Json.number(json, "lastDailyVolume", last);
        Json.number(json, "dayBeforeLastVolume", before);
        Json.number(json, "weeklyVolume", bridge.volume(yesterday - 6, yesterday));
        Json.number(json, "monthlyVolume", bridge.volume(yesterday - 29, yesterday));
        Json.texts(json, "chains", List.of("Ethereum", "Arbitrum"));
        json.writeStringField("destinationChain", "false");
        json.writeStringField("url", "https://" + bridge.slug() + ".example");
        json.writeStringField("slug", bridge.slug());
        json.writeEndObject();
    }

    private static double sum(List<ValuePath> paths, long day) {
        return paths.stream().mapToDouble(path -> path.onDay(day)).sum();
    }

    private static Bridge invented(int id, String slug, String name) {
        return new Bridge(id, slug, name, Chance.magnitude("bridge size/" + slug, 1e3, 2e7));
    }

    private int freeId() {
        int id = 2;
        while (bridges.containsKey(id)) {
            id++;
        }
        return id;
    }
}
