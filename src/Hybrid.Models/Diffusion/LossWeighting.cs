using System.Globalization;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>How much each level of noise counts in the loss.</summary>
/// <remarks>
/// Every diffusion loss is ½∫ w(λ) E‖ε − ε̂‖² dλ (Kingma &amp; Gao 2023, arXiv:2303.00848, eq. 5): the factor of
/// the squared error and the density p(λ) of the levels that training draws only meet in w. A paper states the one
/// or the other; both are here, for every target.
/// </remarks>
public abstract record LossWeighting
{
    private protected LossWeighting() { }

    /// <summary>w(λ), where training draws λ with density <paramref name="density"/>.</summary>
    public abstract double Objective(double logSnr, double density);

    /// <summary>What the squared error of an answer to <paramref name="target"/> is multiplied by.</summary>
    /// <param name="target">What the network is asked for.</param>
    /// <param name="logSnr">λ.</param>
    /// <param name="density">p(λ) of training's levels.</param>
    /// <param name="spread">Standard deviation of the data, for EDM's target.</param>
    public double Factor(PredictionTarget target, double logSnr, double density, double spread = 1) =>
        Objective(logSnr, density) / (density * ErrorRatio(target, logSnr, spread));

    #region error-ratio
    /// <summary>Squared error of an answer to <paramref name="target"/>, per squared error of its noise.</summary>
    public static double ErrorRatio(PredictionTarget target, double logSnr, double spread = 1) => target switch
    {
        PredictionTarget.Noise => 1,
        PredictionTarget.Data => DataErrorRatio.Apply(new F64(logSnr)).V,
        PredictionTarget.Velocity => EdmErrorRatio.Apply(new F64(logSnr), new(1)).V,
        PredictionTarget.Score => ScoreErrorRatio.Apply(new F64(logSnr)).V,
        PredictionTarget.Edm => EdmErrorRatio.Apply(new F64(logSnr), new(spread)).V,
        _ => throw new ArgumentOutOfRangeException(nameof(target), target, "no such target"),
    };
    #endregion

    /// <summary>The squared error of a target as it is: Ho et al. 2020, eq. 14 for ε.</summary>
    public sealed record Simple(PredictionTarget Target, double Spread = 1) : LossWeighting
    {
        public override double Objective(double logSnr, double density) =>
            density * ErrorRatio(Target, logSnr, Spread);

        public override string ToString() => $"simple on {Prediction.Name(Target)}";
    }

    /// <summary>w = 1: the variational bound, whatever the schedule. Kingma et al. 2021, eq. 17.</summary>
    public sealed record Vlb : LossWeighting
    {
        public override double Objective(double logSnr, double density) => 1;

        public override string ToString() => "vlb";
    }

    /// <summary>Hang et al. 2023, arXiv:2303.09556 (<see cref="MinSnrWeight"/>), whatever the target.</summary>
    public sealed record MinSnr(double Gamma = 5) : LossWeighting
    {
        public override double Objective(double logSnr, double density) =>
            density * MinSnrWeight.Apply(new F64(logSnr), new(Gamma)).V;

        public override string ToString() => Invariant($"min-SNR, γ = {Gamma}");
    }

    /// <summary>Choi et al. 2022, arXiv:2204.00227 (<see cref="P2Weight"/>).</summary>
    public sealed record P2(double K = 1, double Gamma = 1) : LossWeighting
    {
        public override double Objective(double logSnr, double density) =>
            density * P2Weight.Apply(new F64(logSnr), new(K), new(Gamma)).V;

        public override string ToString() => Invariant($"P2, k = {K}, γ = {Gamma}");
    }

    /// <summary>
    /// Karras et al. 2022, table 1: log σ is N(−1.2, 1.2²) and the network's own error counts, whatever levels
    /// training draws.
    /// </summary>
    public sealed record Edm(double Spread = 0.5, double MeanLogSigma = -1.2, double LogSigmaSpread = 1.2)
        : LossWeighting
    {
        public override double Objective(double logSnr, double density) =>
            LogNormalDensity.Apply(new F64(logSnr), new(MeanLogSigma), new(LogSigmaSpread)).V
            * EdmErrorRatio.Apply(new F64(logSnr), new(Spread)).V;

        public override string ToString() => Invariant($"EDM, data of spread {Spread}");
    }

    /// <summary>Kingma &amp; Gao 2023, section 5 (<see cref="SigmoidWeight"/>).</summary>
    public sealed record Sigmoid(double Bias = 2) : LossWeighting
    {
        public override double Objective(double logSnr, double density) =>
            SigmoidWeight.Apply(new F64(logSnr), new(Bias)).V;

        public override string ToString() => Invariant($"sigmoid, b = {Bias}");
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
