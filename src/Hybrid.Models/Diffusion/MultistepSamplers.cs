using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Samplers that remember answers: one evaluation a step and a higher order.</summary>
/// <remarks>
/// They integrate in ℓ = λ/2 = log α/σ, h = Δℓ, where the linear part of the flow is exact and only x̂ is
/// approximated: by a line or a parabola through the last answers.
/// </remarks>
public static class MultistepSamplers
{
    #region dpm-solver
    /// <summary>DPM-Solver++ (2M): x̂ along the line through two answers.</summary>
    /// <remarks>
    /// Lu et al. 2022, arXiv:2211.01095, algorithm 2. The first step, a step from no signal and one to data know
    /// no line: they are <see cref="Samplers.Ddim"/>'s.
    /// </remarks>
    /// <exception cref="ArgumentException">The levels do not go one way.</exception>
    public static SamplerPlan DpmSolver(IReadOnlyList<double> levels) => Plan("DPM-Solver++ 2M", levels, (i, to) =>
    {
        var still = Samplers.Still(levels[i - 1], to);
        return still with { Answers = Along(levels, i, still.Answers[0]) };
    });

    /// <summary>SDE-DPM-Solver++ (2M): the same for the reversed noise process.</summary>
    /// <remarks>Lu et al. 2022, section 5 (midpoint). Of order 1 it would be ancestral sampling with β̃.</remarks>
    /// <exception cref="ArgumentException">The levels do not rise.</exception>
    public static SamplerPlan DpmSolverSde(IReadOnlyList<double> levels)
    {
        if (levels.Count > 1 && levels[1] < levels[0])
            throw new ArgumentException("SDE-DPM-Solver++ 2M: give levels from noisy to clean");
        return Plan("SDE-DPM-Solver++ 2M", levels, (i, to) =>
        {
            var (z, x) = Samplers.Coefficients<PosteriorMean>(levels[i - 1], to);
            var noise = Math.Sqrt(StepVariance.Posterior.Of(levels[i - 1], to));
            return new(to, z, 0, Along(levels, i, x), noise);
        });
    }

    /// <summary>x·(x̂₀ + (x̂₀ − x̂₁)/2r), r the last step per this one.</summary>
    static double[] Along(IReadOnlyList<double> levels, int i, double x)
    {
        if (i < 2 || double.IsInfinity(levels[i])) return [x];
        var half = 0.5 * (levels[i] - levels[i - 1]) / (levels[i - 1] - levels[i - 2]);
        return half == 0 ? [x] : [x * (1 + half), -x * half];
    }
    #endregion

    static SamplerPlan Plan(string name, IReadOnlyList<double> levels, Func<int, double, SamplerAct.Move> move)
    {
        NoiseLevels.Check(levels);
        var acts = new List<SamplerAct>();
        for (var i = 1; i < levels.Count; i++)
        {
            acts.Add(new SamplerAct.Ask(levels[i - 1]));
            acts.Add(move(i, levels[i]));
        }
        return new(name, levels, acts);
    }

    /// <summary>UniPC: a predictor of order p, and a corrector that uses the answer at its end.</summary>
    /// <remarks>
    /// Zhao et al. 2023, arXiv:2302.04867, algorithms 1 and 2 with B(h) = e^h − 1; one evaluation a step, because the
    /// corrector's answer is the next predictor's. The order grows with the answers at hand.
    /// </remarks>
    /// <exception cref="ArgumentException">The levels do not go one way, or the order is not 1 to 3.</exception>
    public static SamplerPlan UniPc(IReadOnlyList<double> levels, int order = 2)
    {
        NoiseLevels.Check(levels);
        if (order is < 1 or > 3) throw new ArgumentException($"UniPC of order {order}: give 1, 2 or 3");
        var acts = new List<SamplerAct> { new SamplerAct.Ask(levels[0]) };
        for (var i = 1; i < levels.Count; i++)
        {
            var p = Math.Min(order, AnswersInReach(levels, i));
            acts.Add(new SamplerAct.Keep());
            acts.Add(UniPcMove(levels, i, p, corrects: false));
            if (i == levels.Count - 1) break;
            acts.Add(new SamplerAct.Ask(levels[i]));
            if (!double.IsInfinity(levels[i - 1])) acts.Add(UniPcMove(levels, i, p, corrects: true));
        }
        return new($"UniPC-{order}", levels, acts);
    }

    /// <summary>Answers before level i that lie at finite distances, at least the last.</summary>
    static int AnswersInReach(IReadOnlyList<double> levels, int i)
    {
        if (double.IsInfinity(levels[i])) return 1;
        var count = 1;
        while (i - count - 1 >= 0 && double.IsFinite(levels[i - count - 1])) count++;
        return count;
    }

    #region unipc
    static SamplerAct.Move UniPcMove(IReadOnlyList<double> levels, int i, int p, bool corrects)
    {
        double from = levels[i - 1], to = levels[i], step = to - from;
        var still = Samplers.Still(from, to);
        // Where the answers lie, in steps from the start of this one: older ones, and 1 for the corrector's.
        var at = new List<double>();
        for (var j = 2; j <= p; j++) at.Add((levels[i - j] - from) / step);
        if (corrects) at.Add(1);
        var rho = UniPcWeights(at.ToArray(), -0.5 * step);
        // −α′B(h) = −α′(e^−h − 1) is the weight of x̂ in the step without differences.
        var x = still.Answers[0];
        var newest = corrects ? 1 : 0;
        var answers = new double[at.Count + 1];
        answers[newest] = x;
        for (var j = 0; j < at.Count; j++)
        {
            var weight = x * rho[j] / at[j];
            var place = corrects && j == at.Count - 1 ? 0 : newest + 1 + j;
            answers[place] += weight;
            answers[newest] -= weight;
        }
        return new(to, corrects ? 0 : still.Z, corrects ? still.Z : 0, answers, 0);
    }

    /// <summary>ρ of Zhao et al., eq. 8: Σ_j r_j^(k−1)·ρ_j = k!·φ_(k+1)/B for k = 1 … number of r.</summary>
    static double[] UniPcWeights(double[] r, double minusH)
    {
        if (r.Length == 0) return [];
        // The paper's choice for one unknown, of the same order.
        if (r.Length == 1) return [0.5];
        var n = r.Length;
        var b = new double[n];
        var expm1 = F64.Expm1(new(minusH)).V;
        double phi = expm1 / minusH - 1, factorial = 1;
        for (var k = 0; k < n; k++)
        {
            b[k] = phi * factorial / expm1;
            factorial *= k + 2;
            phi = phi / minusH - 1 / factorial;
        }
        return Vandermonde(r, b);
    }
    #endregion

    /// <summary>Solves Σ_j r_j^k·ρ_j = b_k by Björck and Pereyra 1970: no pivots, small n.</summary>
    static double[] Vandermonde(double[] r, double[] b)
    {
        var n = r.Length;
        var rho = (double[])b.Clone();
        for (var k = 0; k < n - 1; k++)
            for (var i = n - 1; i > k; i--)
                rho[i] -= r[k] * rho[i - 1];
        for (var k = n - 2; k >= 0; k--)
        {
            for (var i = k + 1; i < n; i++) rho[i] /= r[i] - r[i - k - 1];
            for (var i = k; i < n - 1; i++) rho[i] -= rho[i + 1];
        }
        return rho;
    }
}
