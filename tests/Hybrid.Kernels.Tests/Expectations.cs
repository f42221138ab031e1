namespace Hybrid.Kernels.Tests;

/// <summary>The instructions that carry a rung's idea, as they stand in its PTX.</summary>
readonly record struct Expectation(
    int Shuffles = 0, int Barriers = 0, int GlobalFours = 0, int SharedFours = 0,
    int TensorProducts = 0, int AsyncCopies = 0, int Matrices = 0);

/// <summary>What each rung promises; one that is not listed promises none of it.</summary>
/// <remarks>
/// A sum or a maximum across a warp is 5 shuffles. Register tiles load two factors before the loop and two in
/// it, a float4 each; from shared memory two per step, four steps in the loop and one behind it; and store four
/// rows of sums, and each factor's float4 whole where it lies along a tile row. The tiles of products in batches, and
/// those of a convolution's V2, load nothing ahead and do not unroll their steps: two loads of either kind. Wide tiles
/// have twice the loads of a step and four quarters to store. Copies of 16 bytes have one of four beside them for what
/// is not aligned. Attention's tiles read four rows per step of a dot product, four steps in the loop and one behind
/// it; a sum stores its four weights and reads them in one of two loops.
/// </remarks>
static class Expectations
{
    public static Expectation Of(string rung) => Promised.GetValueOrDefault(rung);

    static readonly Dictionary<string, Expectation> Promised = new()
    {
        ["AdamUpdate_V2_FourPerThread"] = new(GlobalFours: 7),
        ["Affine_V3_SharedTiles"] = new(Barriers: 2),
        ["Affine_V4_RegisterTiles"] = new(Barriers: 3, GlobalFours: 4, SharedFours: 15),
        ["Affine_V5_WideTiles"] = new(Barriers: 4, GlobalFours: 4, SharedFours: 37),
        ["Affine_V6_TwoTiles"] = new(Barriers: 4, GlobalFours: 4, SharedFours: 38),
        ["Affine_V7_PipelinedTiles"] = new(Barriers: 4, SharedFours: 36, AsyncCopies: 6),
        ["AffineGradInput_V2_SharedTiles"] = new(Barriers: 2),
        ["AffineGradInput_V3_RegisterTiles"] = new(Barriers: 3, GlobalFours: 4, SharedFours: 14),
        ["AffineGradInput_V4_TwoTiles"] = new(Barriers: 4, GlobalFours: 4, SharedFours: 36),
        ["AffineGradInput_V5_PipelinedTiles"] = new(Barriers: 4, SharedFours: 36, AsyncCopies: 4),
        ["AffineGradWeight_V2_SharedTiles"] = new(Barriers: 2),
        ["AffineGradWeight_V3_RegisterTiles"] = new(Barriers: 3, GlobalFours: 4, SharedFours: 16),
        ["AffineGradWeight_V4_TwoTiles"] = new(Barriers: 4, GlobalFours: 4, SharedFours: 40),
        ["AffineGradWeight_V5_PipelinedTiles"] = new(Barriers: 4, SharedFours: 36, AsyncCopies: 8),
        ["AffineTf32_V1_TensorTiles"] = new(Barriers: 3, TensorProducts: 8),
        ["AffineTf32_V2_AsyncTiles"] = new(Barriers: 3, TensorProducts: 8, AsyncCopies: 8),
        ["AffineGradInputTf32_V1_TensorTiles"] = new(Barriers: 3, TensorProducts: 8),
        ["AffineGradInputTf32_V2_AsyncTiles"] = new(Barriers: 3, TensorProducts: 8, AsyncCopies: 8),
        ["AffineGradWeightTf32_V1_TensorTiles"] = new(Barriers: 3, TensorProducts: 8),
        ["AffineGradWeightTf32_V2_AsyncTiles"] = new(Barriers: 3, TensorProducts: 8, AsyncCopies: 8),
        ["AffineBf16_V1_TensorTiles"] = new(Barriers: 3, TensorProducts: 8),
        ["AffineBf16_V2_FragmentTiles"] = new(Barriers: 3, TensorProducts: 8, Matrices: 4),
        ["AffineGradInputBf16_V1_TensorTiles"] = new(Barriers: 3, TensorProducts: 8),
        ["AffineGradInputBf16_V2_FragmentTiles"] = new(Barriers: 3, TensorProducts: 8, Matrices: 4),
        ["AffineGradWeightBf16_V1_TensorTiles"] = new(Barriers: 3, TensorProducts: 8),
        ["AffineGradWeightBf16_V2_FragmentTiles"] = new(Barriers: 3, TensorProducts: 8, Matrices: 4),
        ["Attention_V2_OneWalk"] = new(Shuffles: 10),
        ["Attention_V3_SharedTiles"] = new(Shuffles: 40, Barriers: 4, SharedFours: 8),
        ["AttentionDelta_V1_WarpPerRow"] = new(Shuffles: 5),
        ["AttentionGradQuery_V1_SharedTiles"] = new(Barriers: 6, SharedFours: 13),
        ["AttentionGradKeyValue_V1_SharedTiles"] = new(Barriers: 8, SharedFours: 16),
        ["BatchedProduct_V2_RegisterTiles"] = new(Barriers: 3, GlobalFours: 2, SharedFours: 7),
        ["BatchedProductRightTransposed_V2_RegisterTiles"] = new(Barriers: 3, GlobalFours: 2, SharedFours: 6),
        ["BatchedProductLeftTransposed_V2_RegisterTiles"] = new(Barriers: 3, GlobalFours: 2, SharedFours: 8),
        ["BernoulliNllRows_V2_WarpPerRow"] = new(Shuffles: 5),
        ["Conv2d_V2_RegisterTiles"] = new(Barriers: 3, GlobalFours: 2, SharedFours: 7),
        ["Conv2dGradInput_V2_RegisterTiles"] = new(Barriers: 3, GlobalFours: 2, SharedFours: 6),
        ["Conv2dGradWeight_V2_RegisterTiles"] = new(Barriers: 3, GlobalFours: 2, SharedFours: 8),
        ["Conv2d_V3_NextTileAhead"] = new(Barriers: 3, GlobalFours: 4, SharedFours: 15),
        ["Conv2dGradInput_V3_NextTileAhead"] = new(Barriers: 3, GlobalFours: 4, SharedFours: 14),
        ["Conv2dGradWeight_V3_NextTileAhead"] = new(Barriers: 3, GlobalFours: 4, SharedFours: 16),
        ["BernoulliNllRowsWithGrad_V1_WarpPerRow"] = new(Shuffles: 5),
        ["GaussianNllRows_V2_WarpPerRow"] = new(Shuffles: 5),
        ["GaussianNllRowsGrad_V1_WarpPerRow"] = new(Shuffles: 5),
        ["InfoNceRows_V1_WarpPerRow"] = new(Shuffles: 10),
        ["CrossEntropyRows_V1_WarpPerRow"] = new(Shuffles: 15),
        ["CrossEntropyRowsGrad_V1_WarpPerRow"] = new(Shuffles: 5),
        ["KlRows_V2_WarpPerRow"] = new(Shuffles: 5),
        ["KlRows_V3_ShortRowsShareAWarp"] = new(Shuffles: 5),
        ["ImportanceNllRows_V1_WarpPerRow"] = new(Shuffles: 10),
        ["LogRatioRows_V1_ShortRowsShareAWarp"] = new(Shuffles: 5),
        ["MatrixProduct_V2_SharedTiles"] = new(Barriers: 2),
        ["MatrixProduct_V3_RegisterTiles"] = new(Barriers: 3, GlobalFours: 4, SharedFours: 15),
        ["GaussianScales_V1_WarpPerComponent"] = new(Shuffles: 5),
        ["GaussianLogDensityRows_V1_WarpPerRow"] = new(Shuffles: 5),
        ["AffineCoupling_V1_WarpPerRow"] = new(Shuffles: 5),
        ["MixtureGradRows_V1_SharedTiles"] = new(Barriers: 4, SharedFours: 3),
        ["MixtureGradComponents_V1_SharedTiles"] = new(Barriers: 4, SharedFours: 4),
        ["MixtureLogDensity_V2_SharedTiles"] = new(Shuffles: 10, Barriers: 2),
        ["MixtureLogMarginals_V2_ColumnPerWarp"] = new(Shuffles: 40, Barriers: 2),
        ["MixtureMoments_V1_WarpPerColumn"] = new(Shuffles: 15),
        ["MixtureMoments_V2_FourColumns"] = new(Shuffles: 45),
        ["NoisePredictionRowsWithGrad_V1_CallPerElement"] = new(Shuffles: 5),
        ["NoisePredictionRowsWithGrad_V2_CallPerFour"] = new(Shuffles: 5),
        ["ContinuousBernoulliNllRows_V2_WarpPerRow"] = new(Shuffles: 5),
        ["ContinuousBernoulliNllRows_V3_BlockPerRow"] = new(Shuffles: 5, Barriers: 2),
        ["ContinuousBernoulliNllRowsWithGrad_V1_WarpPerRow"] = new(Shuffles: 5),
        ["ContinuousBernoulliNllRowsWithGrad_V2_BlockPerRow"] = new(Shuffles: 5, Barriers: 2),
        ["DiscretizedLogisticNllRows_V2_WarpPerRow"] = new(Shuffles: 5),
        ["DiscretizedLogisticNllRows_V3_BlockPerRow"] = new(Shuffles: 5, Barriers: 2),
        ["DiscretizedLogisticNllRowsWithGrad_V1_WarpPerRow"] = new(Shuffles: 5),
        ["DiscretizedLogisticNllRowsWithGrad_V2_BlockPerRow"] = new(Shuffles: 5, Barriers: 2),
        ["CategoricalNllRows_V2_WarpPerRow"] = new(Shuffles: 5),
        ["CategoricalNllRows_V3_BlockPerRow"] = new(Shuffles: 5, Barriers: 2),
        ["CategoricalNllRowsWithGrad_V1_WarpPerRow"] = new(Shuffles: 5),
        ["CategoricalNllRowsWithGrad_V2_BlockPerRow"] = new(Shuffles: 5, Barriers: 2),
        ["LogisticMixtureNllRows_V2_WarpPerRow"] = new(Shuffles: 5),
        ["LogisticMixtureNllRows_V3_BlockPerRow"] = new(Shuffles: 5, Barriers: 2),
        ["LogisticMixtureNllRowsWithGrad_V1_WarpPerRow"] = new(Shuffles: 5),
        ["LogisticMixtureNllRowsWithGrad_V2_BlockPerRow"] = new(Shuffles: 5, Barriers: 2),
        ["ReparameterizeKl_V2_WarpPerRow"] = new(Shuffles: 5),
        ["ReparameterizeKl_V3_ShortRowsShareAWarp"] = new(Shuffles: 5),
        ["RowSums_V1_WarpPerRow"] = new(Shuffles: 5),
        ["SquaredErrorRows_V1_ShortRowsShareAWarp"] = new(Shuffles: 5),
        ["SquaredErrorRowsWithGrad_V1_ShortRowsShareAWarp"] = new(Shuffles: 5),
        ["Sum_V1_OneWarp"] = new(Shuffles: 5),
    };
}
