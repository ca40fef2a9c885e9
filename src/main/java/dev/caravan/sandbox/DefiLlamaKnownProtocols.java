package dev.caravan.sandbox;

import java.util.List;

/** Well-known protocols, which the sandbox serves whatever is configured: families with their children, and giants. */
final class DefiLlamaKnownProtocols {
    /** slug|name|family slug|family name|category|CoinGecko id|value locked in millions of USD; a dash for null. */
    private static final String TABLE = """
        binance-cex|Binance CEX|-|-|CEX|-|180000
        okx|OKX|-|-|CEX|okb|24000
        bitfinex|Bitfinex|-|-|CEX|-|23000
        bybit|Bybit|-|-|CEX|-|22000
        aave-v2|Aave V2|aave|Aave|Lending|-|310
        aave-v3|Aave V3|aave|Aave|Lending|-|18500
        lido|Lido|-|-|Liquid Staking|lido-dao|26700
        uniswap-v2|Uniswap V2|uniswap|Uniswap|Dexs|-|1050
        uniswap-v3|Uniswap V3|uniswap|Uniswap|Dexs|-|2100
        uniswap-v4|Uniswap V4|uniswap|Uniswap|Dexs|-|760
        sushiswap|SushiSwap|sushi|Sushi|Dexs|-|75
        sushiswap-v3|SushiSwap V3|sushi|Sushi|Dexs|-|38
        curve-dex|Curve DEX|curve-finance|Curve Finance|Dexs|-|2100
        curve-llamalend|Curve LlamaLend|curve-finance|Curve Finance|Lending|-|60
        pancakeswap-amm|PancakeSwap AMM|pancakeswap|PancakeSwap|Dexs|-|1500
        pancakeswap-amm-v3|PancakeSwap AMM V3|pancakeswap|PancakeSwap|Dexs|-|480
        hyperliquid-perps|Hyperliquid Perps|hyperliquid|Hyperliquid|Derivatives|-|-
        hyperliquid-spot-orderbook|Hyperliquid Spot Orderbook|hyperliquid|Hyperliquid|Dexs|-|240
        hyperliquid-hlp|Hyperliquid HLP|hyperliquid|Hyperliquid|Derivatives|-|180
        balancer-v2|Balancer V2|balancer|Balancer|Dexs|-|160
        balancer-v3|Balancer V3|balancer|Balancer|Dexs|-|120
        compound-v2|Compound V2|compound-finance|Compound Finance|Lending|-|110
        compound-v3|Compound V3|compound-finance|Compound Finance|Lending|-|1300
        gmx-v1-perps|GMX V1 Perps|gmx|GMX|Derivatives|-|15
        gmx-v2-perps|GMX V2 Perps|gmx|GMX|Derivatives|-|310
        synthetix-v1+v2|Synthetix v1+v2|synthetix|Synthetix|Derivatives|-|60
        synthetix-v3|Synthetix V3|synthetix|Synthetix|Derivatives|-|20
        aerodrome-v1|Aerodrome V1|aerodrome|Aerodrome|Dexs|-|190
        aerodrome-slipstream|Aerodrome Slipstream|aerodrome|Aerodrome|Dexs|-|240
        fluid-lending|Fluid Lending|fluid|Fluid|Lending|-|900
        fluid-dex|Fluid DEX|fluid|Fluid|Dexs|-|300
        """;

    private DefiLlamaKnownProtocols() {}

    /**
     * A line of the table.
     *
     * @param baseTvl in USD, negative when none is tracked
     */
    record Line(
            String slug,
            String name,
            String parentSlug,
            String parentName,
            String category,
            String geckoId,
            double baseTvl) {}

    /** All lines. */
    static List<Line> lines() {
        return TABLE.lines().map(DefiLlamaKnownProtocols::line).toList();
    }

    private static Line line(String text) {
        String[] parts = text.split("\\|", -1);
        return new Line(
                parts[0],
                parts[1],
                orNull(parts[2]),
                orNull(parts[3]),
                parts[4],
                orNull(parts[5]),
                parts[6].equals("-") ? -1 : Double.parseDouble(parts[6]) * 1e6);
    }

    private static String orNull(String text) {
        return text.equals("-") ? null : text;
    }
}
