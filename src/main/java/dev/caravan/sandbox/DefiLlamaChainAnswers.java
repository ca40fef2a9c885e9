package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;

/** DefiLlama's answers about chains and the value locked on them. */
final class DefiLlamaChainAnswers {
    private static final long DAY_SECONDS = 86_400;
    /** What double counting and liquid staking add in the older list. */
    private static final double DOUBLE_COUNTED = 1.17;

    private static final int LARGEST_IN_SUM = 25;

    private final DefiLlamaChains chains;

    DefiLlamaChainAnswers(DefiLlamaChains chains) {
        this.chains = chains;
    }

    /** {@code /v2/chains}: newer names, no order, value without double counting. */
    Answer list(Request request) {
        return rows(request, false);
    }

    /** {@code /chains}: older names, value with double counting. */
    Answer legacyList(Request request) {
        return rows(request, true);
    }

    /** {@code /v2/historicalChainTvl} and {@code /v2/historicalChainTvl/{name}}. */
    Answer history(String name, Request request) {
        if (name.isEmpty()) {
            // The largest chains are nearly all of the sum, at a fraction of the work.
            List<DefiLlamaChain> largest = chains.bySize().subList(0, LARGEST_IN_SUM);
            long firstDay =
                    largest.stream().mapToLong(DefiLlamaChain::firstDay).min().orElse(request.today());
            Map<DefiLlamaChain, ValuePath> paths = new LinkedHashMap<>();
            largest.forEach(chain -> paths.put(chain, chain.tvl()));
            return history(firstDay, request, second -> paths.entrySet().stream()
                    .filter(path -> path.getKey().firstDay() * DAY_SECONDS <= second)
                    .mapToDouble(path -> path.getValue().level(second))
                    .sum());
        }
        Optional<DefiLlamaChain> chain = chains.findByName(name);
        if (chain.isEmpty()) {
            return Answer.json(json -> {
                json.writeStartObject();
                json.writeNumberField("statusCode", 400);
                json.writeStringField("body", "{\"message\":\"There is no chain with that name\"}");
                json.writeObjectFieldStart("headers");
                json.writeStringField("Content-Type", "application/json");
                json.writeEndObject();
                json.writeEndObject();
            });
        }
        return history(chain.get().firstDay(), request, chain.get().tvl()::level);
    }

    /** Daily points at midnight, the last of which stands for the current day and moves until its end. */
    private static Answer history(long firstDay, Request request, LongToDoubleFunction tvl) {
        return Answer.json(json -> {
            json.writeStartArray();
            for (long day = firstDay; day <= request.today(); day++) {
                json.writeStartObject();
                json.writeNumberField("date", day * DAY_SECONDS);
                long second = day == request.today() ? request.hourSecond() : day * DAY_SECONDS;
                Json.number(json, "tvl", Math.rint(tvl.applyAsDouble(second)));
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private Answer rows(Request request, boolean legacy) {
        return Answer.json(json -> {
            json.writeStartArray();
            for (DefiLlamaChain chain : chains.rows()) {
                row(json, chain, legacy, request.hourSecond());
            }
            json.writeEndArray();
        });
    }

    private static void row(JsonGenerator json, DefiLlamaChain chain, boolean legacy, long second) throws IOException {
        json.writeStartObject();
        Json.text(json, "gecko_id", chain.geckoId());
        Json.number(json, "tvl", chain.tvl().level(second) * (legacy ? DOUBLE_COUNTED : 1));
        Json.text(json, "tokenSymbol", chain.symbol());
        String cmcId = chain.geckoId() == null ? null : Integer.toString(Chance.below("cmc/" + chain.name(), 39_000));
        Json.text(json, "cmcId", cmcId);
        json.writeStringField("name", legacy ? chain.legacyName() : chain.name());
        json.writeFieldName("chainId");
        json.writeRawValue(chain.chainId() == null ? "null" : chain.chainId());
        json.writeEndObject();
    }
}
