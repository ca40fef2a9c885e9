package dev.caravan.sandbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** All chains: well-known ones, those configured, and invented ones up to the vendor's number. */
final class DefiLlamaChains {
    private static final int COUNT = 448;
    private static final double MILLION = 1e6;

    /** name|old name|CoinGecko id|ticker|chain id|value locked in millions of USD; a dash for null. */
    private static final String KNOWN = """
        Ethereum|Ethereum|ethereum|ETH|1|42000
        BSC|Binance|binancecoin|BNB|56|5460
        Solana|Solana|solana|SOL|-|5250
        Tron|Tron|tron|TRX|728126428|4830
        Bitcoin|Bitcoin|bitcoin|BTC|-|4810
        Base|Base|-|-|8453|4380
        Hyperliquid L1|Hyperliquid L1|hyperliquid|HYPE|999|1630
        Arbitrum|Arbitrum|arbitrum|ARB|42161|1500
        Provenance|Provenance|hash-2|HASH|-|1460
        Polygon|Polygon|polygon-ecosystem-token|POL|137|1150
        Plasma|Plasma|plasma|XPL|9745|817
        Avalanche|Avalanche|avalanche-2|AVAX|43114|606
        Sui|Sui|sui|SUI|-|538
        Monad|Monad|monad|MON|143|378
        OP Mainnet|Optimism|optimism|OP|10|324
        Cronos|Cronos|crypto-com-chain|CRO|25|283
        Ink|Ink|-|-|57073|256
        Mantle|Mantle|mantle|MNT|5000|232
        Stellar|Stellar|stellar|XLM|-|221
        Aptos|Aptos|aptos|APT|-|217
        Starknet|Starknet|starknet|STRK|-|196
        Near|Near|near|NEAR|-|177
        Movement|Movement|movement|MOVE|-|150
        Flare|Flare|flare-networks|FLR|14|148
        Cardano|Cardano|cardano|ADA|-|128
        Stacks|Stacks|blockstack|STX|-|118
        Rootstock|Rootstock|rootstock|RBTC|30|111
        dYdX|dYdX|dydx-chain|DYDX|-|97
        X Layer|X Layer|x-layer|-|-|91
        Gnosis|xDai|gnosis|GNO|100|72
        TON|TON|the-open-network|TON|-|72
        Kava|Kava|kava|KAVA|2222|68
        Berachain|Berachain|berachain-bera|BERA|80094|67
        Sei|Sei|sei-network|SEI|1329|64
        Hedera|Hedera|hedera-hashgraph|HBAR|295|55
        PulseChain|Pulse|pulsechain|PLS|369|50
        XRPL|Ripple|ripple|XRP|-|46
        Algorand|Algorand|algorand|ALGO|-|41
        Vaulta|EOS|vaulta|A|17777|34
        Linea|Linea|linea|LINEA|59144|34
        Thorchain|Thorchain|thorchain|RUNE|-|32
        Sonic|Sonic|sonic-3|S|146|29
        Unichain|Unichain|-|-|130|27
        Tezos|Tezos|tezos|XTZ|-|27
        World Chain|World Chain|worldcoin-wld|WLD|480|21
        Celo|Celo|celo|CELO|42220|21
        Osmosis|Osmosis|osmosis|OSMO|-|18
        ZKsync Era|zkSync Era|zksync|ZK|324|18
        opBNB|Op_Bnb|-|-|204|14
        Kaia|Klaytn|kaia|KAIA|8217|12
        MultiversX|Elrond|elrond-erd-2|EGLD|-|11
        Scroll|Scroll|scroll|SCR|534352|16
        IOTA|IOTA|iota|IOTA|-|7
        IOTA EVM|IOTA EVM|iota|IOTA|8822|1
        Bitcoincash|Bitcoincash|bitcoin-cash|BCH|-|7
        smartBCH|smartBCH|bitcoin-cash|BCH|10000|0.04
        HAQQ|HAQQ|islamic-coin|ISLM|"11235"|0.00001
        Evmos|Evmos|evmos|EVMOS|"9001"|0
        K2|K2|-|-|"2410"|0.7
        SatoshiVM|SatoshiVM|satoshivm|SAVM|"3109"|0.25
        """;

    /** Rows that the vendor still serves under an old name, empty, after the true one. */
    private static final List<DefiLlamaChain> SHADOWS = List.of(
            new DefiLlamaChain("Binance", "Binance", "binancecoin", "BNB", "56", 0),
            new DefiLlamaChain("Optimism", "Optimism", "optimism", "OP", "10", 0));

    private final List<DefiLlamaChain> rows;
    private final List<DefiLlamaChain> bySize;
    private final Map<String, DefiLlamaChain> byText = new HashMap<>();
    private final Map<String, DefiLlamaChain> byName = new HashMap<>();

    /** The chains around those among the configured rows. */
    DefiLlamaChains(List<Map<String, String>> configured) {
        Map<String, DefiLlamaChain> chains = new LinkedHashMap<>();
        for (String line : KNOWN.lines().toList()) {
            DefiLlamaChain chain = known(line.split("\\|", -1));
            chains.put(chain.name(), chain);
        }
        for (Map<String, String> row : configured) {
            if (isChain(row)) {
                DefiLlamaChain chain =
                        chains.computeIfAbsent(row.get("name"), name -> unknown(name, row.get("gecko_id")));
                byText.put(row.getOrDefault("slug", ""), chain);
            }
        }
        for (int number = 0; chains.size() < COUNT; number++) {
            chains.computeIfAbsent(InventedNames.name(number), DefiLlamaChains::invented);
        }
        List<DefiLlamaChain> all = new ArrayList<>(chains.values());
        for (DefiLlamaChain chain : all) {
            byName.put(lower(chain.name()), chain);
            byText.putIfAbsent(chain.slug(), chain);
            byText.putIfAbsent(lower(chain.name()), chain);
        }
        for (DefiLlamaChain chain : all) {
            byText.putIfAbsent(lower(chain.legacyName()), chain);
        }
        bySize = new ArrayList<>(all);
        bySize.sort(Comparator.comparingDouble(DefiLlamaChain::baseTvl).reversed());
        // The vendor's order means nothing.
        all.sort(Comparator.comparingLong(chain -> Chance.hash("chain order/" + chain.name())));
        all.addAll(SHADOWS);
        rows = Collections.unmodifiableList(all);
    }

    /** Whether a configured row means a chain: by its kind, or by its category when no kind was set by hand. */
    static boolean isChain(Map<String, String> row) {
        String kind = row.getOrDefault("kind", "");
        return kind.isBlank() ? row.getOrDefault("category", "").equals("Chain") : kind.equals("chain");
    }

    /** The rows of the list, in its order, shadows included. */
    List<DefiLlamaChain> rows() {
        return rows;
    }

    /** The chains without shadows, the largest first. */
    List<DefiLlamaChain> bySize() {
        return Collections.unmodifiableList(bySize);
    }

    /** The chain of a slug or name, old or new, in any case. */
    Optional<DefiLlamaChain> find(String slugOrName) {
        return Optional.ofNullable(byText.get(lower(slugOrName)));
    }

    /** The chain of exactly that name in any case, as the TVL history wants it. */
    Optional<DefiLlamaChain> findByName(String name) {
        return Optional.ofNullable(byName.get(lower(name)));
    }

    private static DefiLlamaChain known(String[] parts) {
        return new DefiLlamaChain(
                parts[0],
                parts[1],
                orNull(parts[2]),
                orNull(parts[3]),
                orNull(parts[4]),
                Double.parseDouble(parts[5]) * MILLION);
    }

    /** A chain that is configured but not known here: small to middling, like most. */
    private static DefiLlamaChain unknown(String name, String geckoId) {
        return new DefiLlamaChain(
                name,
                name,
                geckoId == null || geckoId.isBlank() ? null : geckoId,
                InventedNames.symbol(name),
                Chance.happens("chain id/" + name, 0.5) ? Integer.toString(chainId(name)) : null,
                Chance.magnitude("chain size/" + name, 4e5, 2e8));
    }

    private static DefiLlamaChain invented(String name) {
        boolean empty = Chance.happens("chain empty/" + name, 0.2);
        return new DefiLlamaChain(
                name,
                name,
                Chance.happens("chain coin/" + name, 0.25) ? null : InventedNames.slug(name),
                Chance.happens("chain symbol/" + name, 0.18) ? null : InventedNames.symbol(name),
                Chance.happens("chain id/" + name, 0.5) ? Integer.toString(chainId(name)) : null,
                empty ? 0 : Chance.magnitude("chain size/" + name, 50, 3e7));
    }

    private static int chainId(String name) {
        return 1_000_000 + Chance.below("chain number/" + name, 8_000_000);
    }

    private static String orNull(String text) {
        return text.equals("-") ? null : text;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
