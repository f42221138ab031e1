using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>What each operation does for one element.</summary>
public sealed partial class CostTests
{
    /// <summary>
    /// Operations: the stated cost of one element (or of 1 × 1 × 1), and the same arithmetic, counted.
    /// </summary>
    static readonly (string Operation, Cost Stated, Action Element)[] Operations =
    [
        ("KlRows", KlRows.Cost(1, 1), () => _ = Lane + KlStandardNormal.Apply(Lane, Lane)),
        ("KlRowsGrad", KlRowsGrad.Cost(1, 1), () =>
        {
            var (dMu, dLogVar) = KlStandardNormalGrad.Apply(Lane, Lane);
            _ = Lane * dMu;
            _ = Lane * dLogVar;
        }),
        ("KlColumns", KlColumns.Cost(1, 1), () => _ = Lane + KlStandardNormal.Apply(Lane, Lane)),
        ("KlColumnsGrad", KlColumnsGrad.Cost(1, 1), () =>
        {
            var (dMu, dLogVar) = KlStandardNormalGrad.Apply(Lane, Lane);
            _ = Lane * dMu;
            _ = Lane * dLogVar;
        }),
        ("BernoulliNllRows", BernoulliNllRows.Cost(1, 1), () => _ = Lane + BernoulliNll.Apply(Lane, Lane)),
        ("BernoulliNllRowsGrad", BernoulliNllRowsGrad.Cost(1, 1),
            () => _ = Lane * BernoulliNllGrad.Apply(Lane, Lane).A),
        ("BernoulliNllRowsWithGrad", BernoulliNllRowsWithGrad.Cost(1, 1), () =>
        {
            _ = Lane * BernoulliNllGrad.Apply(Lane, Lane).A;
            _ = Lane + BernoulliNll.Apply(Lane, Lane);
        }),
        ("GaussianNllRows", GaussianNllRows.Cost(1, 1), () => _ = Lane + GaussianNll.Apply(Lane, Lane, Lane)),
        ("GaussianNllRowsGrad", GaussianNllRowsGrad.Cost(1, 1), () =>
        {
            var (_, dMean, dLogVar) = GaussianNllGrad.Apply(Lane, Lane, Lane);
            _ = Lane * dMean;
            _ = Lane * (Lane + dLogVar);
        }),
        ("Uniforms", Uniforms.Cost(1, 1), UnitWord),
        ("Normals", Normals.Cost(1, 2), NormalPair),
        ("Binarize", Binarize.Cost(1, 1), () =>
        {
            UnitWord();
            BernoulliDraw.Apply(Lane, Lane);
        }),
        ("ReparameterizeKl", ReparameterizeKl.Cost(1, 2), () =>
        {
            NormalPair();
            for (var i = 0; i < 2; i++)
            {
                Reparameterize.Apply(Lane, Lane, Lane);
                _ = Lane + KlStandardNormal.Apply(Lane, Lane);
            }
        }),
        ("ReparameterizeKlGrad", ReparameterizeKlGrad.Cost(1, 2), () =>
        {
            NormalPair();
            for (var i = 0; i < 2; i++) ReparameterizeKlAdjoint.Apply(Lane, Lane, Lane, Lane, Lane);
        }),
        ("Activate", Activate.Cost(Activation.Gelu, 1, 1), () => Gelu.Apply(Lane)),
        ("ActivateGrad ReLU", ActivateGrad.Cost(Activation.Relu, 1, 1),
            () => _ = Lane * ReluGradFromOutput.Apply(Lane)),
        ("ActivateGrad tanh", ActivateGrad.Cost(Activation.Tanh, 1, 1),
            () => _ = Lane * TanhGradFromOutput.Apply(Lane)),
        ("ActivateGrad SiLU", ActivateGrad.Cost(Activation.Silu, 1, 1),
            () => _ = Lane * SiluGrad.Apply(Lane)),
        ("ActivateGrad GELU", ActivateGrad.Cost(Activation.Gelu, 1, 1),
            () => _ = Lane * GeluGrad.Apply(Lane)),
        ("ActivateGrad σ", ActivateGrad.Cost(Activation.Sigmoid, 1, 1),
            () => _ = Lane * SigmoidGradFromOutput.Apply(Lane)),
        ("Affine", Affine.Cost(Activation.Silu, true, 1, 1, 1),
            () => Silu.Apply(Tally.Fma(Lane, Lane, Lane) + Lane)),
        ("Conv2d", Conv2d.Cost(Activation.Silu, new(1, 1, 1, 1, 1, 1)),
            () => Silu.Apply(Tally.Fma(Lane, Lane, Lane) + Lane)),
        ("Conv2dGradInput", Conv2dGradInput.Cost(new(1, 1, 1, 1, 1, 1)), () => Tally.Fma(Lane, Lane, Lane)),
        ("Conv2dGradWeight", Conv2dGradWeight.Cost(new(1, 1, 1, 1, 1, 1)), () => Tally.Fma(Lane, Lane, Lane)),
        ("AffineGradInput", AffineGradInput.Cost(Activation.Tanh, 1, 1, 1),
            () => _ = Tally.Fma(Lane, Lane, Lane) * TanhGradFromOutput.Apply(Lane)),
        ("Product", Product.Cost(1, 1, 1), () => Tally.Fma(Lane, Lane, Lane)),
        ("RowSums", RowSums.Cost(1, 1), () => _ = Lane + Lane),
        ("Sum", Sum.Cost(1), () => _ = Lane * (Lane + Lane)),
        ("SquareSums", SquareSums.Cost(1), () => _ = Lane + Lane * Lane),
        ("ClipNorm", ClipNorm.Cost(1), () => _ = Lane * Lane),
        ("ColumnSums", ColumnSums.Cost(1, 1), () => _ = Lane + Lane),
        ("Add", Add.Cost(1, 1), () => _ = Lane + Lane),
        ("PairSum", PairSum.Cost(Activation.Relu, 1, 1, 1), () => Relu.Apply(Lane + Lane)),
        ("PairSumGrad", PairSumGrad.Cost(Activation.Relu, 1, 1, 1), () =>
        {
            var g = Lane * ReluGradFromOutput.Apply(Lane);
            _ = Lane + g;
            _ = Lane + g;
        }),
        ("InfoNceRows", InfoNceRows.Cost(1, 1), () =>
        {
            var max = Tally.Max(Lane, Lane);
            InfoNce.Apply(Lane + InfoNceTerm.Apply(Lane, max), max, Lane);
        }),
        ("CrossEntropyRows", CrossEntropyRows.Cost(1, 1), () =>
        {
            var max = Tally.Max(Lane, Lane);
            var positive = Tally.Fma(Lane, Lane, Lane);
            InfoNce.Apply(Lane + InfoNceTerm.Apply(Lane, max), max, positive);
        }),
        ("CrossEntropyRowsGrad", CrossEntropyRowsGrad.Cost(1, 1),
            () => _ = Lane * CrossEntropySlope.Apply(Lane, Tally.Fma(Lane, Lane, Lane), Lane, Lane)),
        ("InfoNceRowsGrad", InfoNceRowsGrad.Cost(1, 1),
            () => _ = Lane * InfoNceWeight.Apply(Lane, Lane, Lane)),
        ("LogRatioRows", LogRatioRows.Cost(1, 1), () => _ = Lane + LogRatio.Apply(Lane, Lane, Lane)),
        ("LogRatioRowsGradDraw", LogRatioRowsGradDraw.Cost(1, 1),
            () => _ = Lane * (Lane - (Lane - Lane) * Tally.Exp(Lane))),
        ("LogRatioRowsGrad", LogRatioRowsGrad.Cost(1, 1), () =>
        {
            var residual = Lane - Lane;
            var scaled = residual * Tally.Exp(Lane);
            _ = Lane * scaled;
            _ = Lane * Tally.Fma(residual * scaled, Lane, Lane);
        }),
        ("ImportanceNllRows", ImportanceNllRows.Cost(1, 1), () =>
        {
            var least = Tally.Max(Lane, Lane);
            var sum = Lane + InfoNceTerm.Apply(least, Lane);
            ImportanceShare.Apply(Lane, least, sum);
            ImportanceNll.Apply(sum, least, Lane);
        }),
        ("ScaleRows", ScaleRows.Cost(1, 1), () => _ = Lane * Lane),
        ("SquaredErrorRows", SquaredErrorRows.Cost(1, 1), () => _ = Lane + SquaredError.Apply(Lane, Lane)),
        ("SquaredErrorRowsGrad", SquaredErrorRowsGrad.Cost(1, 1),
            () => _ = Lane * SquaredErrorGrad.Apply(Lane, Lane).A),
        ("CosineLogSnr", CosineLogSnr.Cost(1, 1), () => Formulas.CosineLogSnr.Apply(Lane)),
        ("ScheduleLogSnr", ScheduleLogSnr.Cost(NoiseCurveKind.Karras, 1, 1),
            () => NoiseCurve.At(NoiseCurveKind.Karras, Lane, Lane, Lane, Lane, Lane, Lane)),
        ("Diffuse", Diffuse.Cost(1, 1), () => Formulas.Diffuse.Apply(Lane, Lane, Lane)),
        ("SquaredErrorRowsWithGrad", SquaredErrorRowsWithGrad.Cost(1, 1), LossWithGrad),
        ("NoisePredictionRowsWithGrad", NoisePredictionRowsWithGrad.Cost(1, 2), () =>
        {
            NormalPair();
            for (var i = 0; i < 2; i++) LossWithGrad();
        }),
        ("DiffuseNoise", DiffuseNoise.Cost(true, 1, 2), () =>
        {
            NormalPair();
            Tally alpha = Formulas.Diffuse.Alpha(Lane), sigma = Formulas.Diffuse.Sigma(Lane);
            for (var i = 0; i < 2; i++) Formulas.Diffuse.Mix(Lane, alpha, sigma, Lane);
        }),
        ("SamplerStep", SamplerStep.Cost(new(1, 1, 1, 1, 1, 1, 1), 1, 2), () =>
        {
            NormalPair();
            for (var i = 0; i < 2; i++)
            {
                var sum = Lane * Lane;
                for (var k = 0; k < 6; k++) sum = Tally.Fma(Lane, Lane, sum);
            }
        }),
        ("TimeEmbedding", TimeEmbedding.Cost(1, 1), () =>
        {
            var turns = Lane * Lane;
            _ = Tally.SinTurn(turns);
            _ = Tally.CosTurn(turns);
        }),
        ("GaussianScales", GaussianScales.Cost(1, 1), () =>
        {
            MixtureDensity.HalfPrecision(Lane);
            _ = Lane + MixtureDensity.ScaleTerm(Lane);
        }),
        ("MixtureLogDensity", MixtureLogDensity.Cost(1, 1, 1), () =>
        {
            Tally m = Lane, s = Lane;
            MixtureDensity.Merge(ref m, ref s, Lane - MixtureDensity.AddSquare(Lane, Lane, Lane, Lane), Lane);
        }),
        ("MixtureLogMarginals", MixtureLogMarginals.Cost(1, 1, 1), () =>
        {
            Tally m = Lane, s = Lane;
            var scale = MixtureDensity.ScaleTerm(Lane);
            MixtureDensity.Merge(ref m, ref s, MixtureDensity.Marginal(Lane, Lane, Lane, scale), Lane);
        }),
        ("MixtureGradRows", MixtureGradRows.Cost(1, 1, 1), () =>
        {
            _ = Lane * Lane * MixtureDensity.AddPull(Lane, MixtureShare(), Lane, Lane, Lane);
        }),
        ("MixtureGradComponents", MixtureGradComponents.Cost(1, 1, 1), () =>
        {
            Tally first = Lane, second = Lane, weight = Lane * MixtureShare();
            _ = Lane + weight;
            MixtureDensity.AddMoments(ref first, ref second, weight, Lane, Lane);
            _ = Lane * Lane * first;
        }),
        ("MixtureMarginalGradRows", MixtureMarginalGradRows.Cost(1, 1, 1), () =>
        {
            _ = Lane * Lane * MixtureDensity.AddPull(Lane, MarginalShare(), Lane, Lane, Lane);
        }),
        ("MixtureMarginalGradComponents", MixtureMarginalGradComponents.Cost(1, 1, 1), () =>
        {
            Tally first = Lane, second = Lane, weight = Lane * MarginalShare(), mass = Lane + weight;
            MixtureDensity.AddMoments(ref first, ref second, weight, Lane, Lane);
            _ = Lane * Lane * first;
            _ = Lane * mass;
        }),
        ("PermuteColumns", PermuteColumns.Cost(1, 1), () => _ = Lane + Tally.WhereLess(Lane, Lane, Lane, Lane)),
        ("GaussianScalesGrad", GaussianScalesGrad.Cost(1, 1), () => MixtureDensity.LogVarGrad(Lane, Lane, Lane)),
        ("GaussianLogDensityRows", GaussianLogDensityRows.Cost(1, 1),
            () => _ = Lane + GaussianNll.Apply(Lane, Lane, Lane)),
        ("GaussianLogDensityRowsGrad", GaussianLogDensityRowsGrad.Cost(1, 1), () =>
        {
            var (dx, _, dLogVar) = GaussianNllGrad.Apply(Lane, Lane, Lane);
            _ = Lane * dx;
            _ = Lane * dLogVar;
        }),
        ("AffineCoupling", AffineCoupling.Cost(1, 1), () =>
        {
            Coupling.Apply(Lane, Lane, Lane);
            _ = Lane + Lane;
        }),
        ("AffineCouplingGrad", AffineCouplingGrad.Cost(1, 1),
            () => Tally.Fma(Coupling.InputGrad(Lane, Lane), Lane, Lane)),
        ("AffineCouplingInverse", AffineCouplingInverse.Cost(1, 1), () => CouplingInverse.Apply(Lane, Lane, Lane)),
        ("Scale", Scale.Cost(1, 1), () => _ = Lane * Lane),
        ("MixtureMoments", MixtureMoments.Cost(1, 1, 1), () =>
        {
            Tally first = Lane, second = Lane;
            _ = Lane + MixtureShare();
            MixtureDensity.AddMoments(ref first, ref second, Lane, Lane, Lane);
        }),
        ("Attention", Attention.Cost(OnePair), () =>
        {
            AttentionPair();
            var max = Tally.Max(Lane, Lane);
            var sum = Lane + AttentionWeight.Apply(Lane, max);
            _ = Tally.Fma(Lane, Lane, Lane) / sum;
            OnlineSoftmax.LogSum(max, sum);
        }),
        ("AttentionDelta", AttentionDelta.Cost(1, 1), () => _ = Lane + Lane * Lane - Lane),
        ("AttentionGradQuery", AttentionGradQuery.Cost(OnePair), () =>
        {
            AttentionScoreGrad.Apply(AttentionWeight.Apply(AttentionPair(), Lane), Dot(), Lane);
            _ = Lane * Dot();
        }),
        ("AttentionGradKeyValue", AttentionGradKeyValue.Cost(OnePair), () =>
        {
            AttentionScoreGrad.Apply(AttentionWeight.Apply(AttentionPair(), Lane), Dot(), Lane);
            _ = Lane * Dot();
            Dot();
        }),
        .. Modulations,
        .. Images,
        ("AdamUpdate", AdamUpdate.Cost(1), () =>
        {
            Tally p = Lane, m = Lane, v = Lane;
            Adam.Apply(ref p, Lane, ref m, ref v, default);
        }),
    ];

    static AttentionShape OnePair => new(1, 1, 1, 1, 1);

    /// <summary>A chain's step.</summary>
    static Tally Dot() => Tally.Fma(Lane, Lane, Lane);

    /// <summary>The share of one component.</summary>
    static Tally MixtureShare() =>
        Responsibility.Apply(Lane - MixtureDensity.AddSquare(Lane, Lane, Lane, Lane), Lane, Lane);

    static Tally MarginalShare() => Responsibility.Apply(
        MixtureDensity.Marginal(Lane, Lane, Lane, MixtureDensity.ScaleTerm(Lane)), Lane, Lane);

    /// <summary>The score of one pair.</summary>
    static Tally AttentionPair() => Lane * Dot();

    /// <summary><see cref="U32.ToUnit"/>: one product.</summary>
    static void UnitWord() => _ = Lane * Lane;

    /// <summary>
    /// <see cref="Normal.BoxMuller"/>, step by step: sine and cosine are one call of two functions.
    /// </summary>
    static void NormalPair()
    {
        UnitWord();
        UnitWord();
        var radius = Tally.Sqrt(Lane * Tally.Log(Lane - Lane));
        _ = radius * Tally.CosTurn(Lane);
        _ = radius * Tally.SinTurn(Lane);
    }

    static void LossWithGrad()
    {
        _ = Lane + SquaredError.Apply(Lane, Lane);
        _ = Lane * SquaredErrorGrad.Apply(Lane, Lane).A;
    }
}
