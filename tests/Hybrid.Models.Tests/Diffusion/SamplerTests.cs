using Hybrid.Theory;

namespace Hybrid.Models.Tests;

using static LinearDenoiser;

/// <summary>Samplers with exact denoisers: where they end, and how fast that becomes exact.</summary>
[TestFixture]
public class SamplerTests
{
    public static IEnumerable<TestCaseData> Orders()
    {
        static TestCaseData Case(double order, string name, Func<double[], SamplerPlan> plan) =>
            new TestCaseData(order, plan).SetArgDisplayNames(name);
        yield return Case(1, "DDIM", levels => Samplers.Ddim(levels));
        yield return Case(1, "DDIM, η = ½", levels => Samplers.Ddim(levels, 0.5));
        yield return Case(1, "DDPM, β", levels => Samplers.Ancestral(levels, StepVariance.Forward));
        yield return Case(1, "DDPM, β̃", levels => Samplers.Ancestral(levels, StepVariance.Posterior));
        yield return Case(1, "DDPM, between", levels => Samplers.Ancestral(levels, new(0.5)));
        yield return Case(1, "Euler with churn", levels => EdmSamplers.Euler(levels, new(10)));
        yield return Case(2, "Heun", levels => EdmSamplers.Heun(levels));
        yield return Case(2, "Heun with churn", levels => EdmSamplers.Heun(levels, new(10)));
        yield return Case(2, "DPM-Solver++", MultistepSamplers.DpmSolver);
        yield return Case(2, "SDE-DPM-Solver++", MultistepSamplers.DpmSolverSde);
        // A corrector of order p makes the whole of order p + 1: Zhao et al. 2023, theorem 3.1.
        yield return Case(2, "UniPC-1", levels => MultistepSamplers.UniPc(levels, 1));
        yield return Case(3, "UniPC-2", levels => MultistepSamplers.UniPc(levels, 2));
        yield return Case(4, "UniPC-3", levels => MultistepSamplers.UniPc(levels, 3));
    }

    #region orders
    /// <summary>The next power of the step is a hundredth of the error at these numbers of steps.</summary>
    [TestCaseSource(nameof(Orders))]
    public void Error_falls_by_the_sampler_s_order(double order, Func<double[], SamplerPlan> plan)
    {
        double Error(int steps) =>
            Math.Abs(Ratio(plan(NoiseLevels.Of(NoiseSchedule.LinearLogSnr(8, -8), steps)), 0.25) - 1);
        Assert.That(Math.Log2(Error(320) / Error(640)), Is.EqualTo(order).Within(0.05));
    }
    #endregion

    [TestCaseSource(nameof(Orders))]
    public void Data_of_unit_variance_hold_still(double order, Func<double[], SamplerPlan> plan)
    {
        // x̂ = αz there, and the flow does not move: what is left is the sampler's own error.
        var ratio = Ratio(plan(NoiseLevels.Of(NoiseSchedule.Cosine, 640)), 1);
        Assert.That(ratio, Is.EqualTo(1).Within(order < 2 ? 0.05 : 1e-3));
    }

    [TestCase(5, 0.467267, 2.515822, 0.865321)]
    [TestCase(10, 0.730440, 1.219620, 1.158796)]
    [TestCase(18, 0.846079, 1.055270, 1.062301)]
    [TestCase(160, 0.982278, 1.000557, 1.000565)]
    public void Karras_levels_give_known_spreads(int count, double euler, double heun, double dpm)
    {
        var levels = NoiseLevels.Karras(count);
        const double Printed = 0.5e-6 + 1e-12;
        Assert.That(Ratio(EdmSamplers.Euler(levels), 0.25), Is.EqualTo(euler).Within(Printed));
        Assert.That(Ratio(EdmSamplers.Heun(levels), 0.25), Is.EqualTo(heun).Within(Printed));
        Assert.That(Ratio(MultistepSamplers.DpmSolver(levels), 0.25), Is.EqualTo(dpm).Within(Printed));
    }

    [Test]
    public void They_ask_as_often_as_they_say()
    {
        var levels = NoiseLevels.Karras(18);
        Assert.That(Samplers.Ddim(levels).Evaluations, Is.EqualTo(18));
        Assert.That(EdmSamplers.Heun(levels).Evaluations, Is.EqualTo(35));
        Assert.That(MultistepSamplers.DpmSolver(levels).Evaluations, Is.EqualTo(18));
        Assert.That(MultistepSamplers.UniPc(levels, 3).Evaluations, Is.EqualTo(18));
    }

    [Test]
    public void At_eta_one_ddim_is_ancestral_sampling()
    {
        var levels = NoiseLevels.Of(NoiseSchedule.Cosine, 20);
        var pairs = Samplers.Ddim(levels, 1).Acts.Zip(Samplers.Ancestral(levels, StepVariance.Posterior).Acts);
        foreach (var (a, b) in pairs)
            if (a is SamplerAct.Move one && b is SamplerAct.Move other)
            {
                Assert.That(one.Z, Is.EqualTo(other.Z).Within(1e-9));    // a root of a difference
                Assert.That(one.Answers[0], Is.EqualTo(other.Answers[0]).Within(1e-9));
                Assert.That(one.Noise, Is.EqualTo(other.Noise).Within(1e-15));
            }
    }

    [Test]
    public void They_start_from_a_level_without_signal()
    {
        var table = NoiseTable.ScaledLinear().WithZeroTerminalSnr();
        foreach (var plan in (Func<double[], SamplerPlan>[])[
            levels => Samplers.Ddim(levels), levels => Samplers.Ancestral(levels, StepVariance.Posterior),
            levels => EdmSamplers.Heun(levels), MultistepSamplers.DpmSolver, MultistepSamplers.DpmSolverSde,
            levels => MultistepSamplers.UniPc(levels, 3)])
        {
            var levels = NoiseLevels.Of(table, 500, TableSpacing.Trailing);
            Assert.That(levels[0], Is.EqualTo(double.NegativeInfinity));
            Assert.That(Ratio(plan(levels), 0.25), Is.EqualTo(1).Within(0.02), plan(levels).Name);
        }
    }

    [TestCase(TableSpacing.Leading, 0, 900)]
    [TestCase(TableSpacing.EvenlyWithEnds, 0, 999)]
    [TestCase(TableSpacing.Trailing, 99, 999)]
    public void Spacings_visit_the_levels_of_their_papers(TableSpacing spacing, int cleanest, int noisiest)
    {
        var table = NoiseTable.Linear();
        var levels = NoiseLevels.Of(table, 10, spacing);
        Assert.That(levels, Has.Length.EqualTo(11));
        Assert.That(levels[0], Is.EqualTo(table.LogSnr[noisiest]));
        Assert.That(levels[9], Is.EqualTo(table.LogSnr[cleanest]));
        Assert.That(levels[10], Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void Data_go_to_their_noise_and_come_back()
    {
        var oracle = new MixtureOracle(
            [0.4, 0.6], [[-1, 0.5], [1.5, 0]],
            [new[,] { { 0.5, 0.3 }, { 0.3, 0.4 } }, new[,] { { 0.2, 0 }, { 0, 0.6 } }]);
        DenoiseRows denoise = (z, logSnr, data) => oracle.PosteriorMean(
            Diffusion.Alpha(logSnr), Diffusion.Sigma(logSnr), z.ToArray()).CopyTo(data);
        double Return(int steps)
        {
            var levels = NoiseLevels.Of(NoiseSchedule.LinearLogSnr(8, -8), steps);
            double[] x = [0.8, -0.3], z = [.. x];
            SamplerRun.Run(EdmSamplers.Heun(NoiseLevels.Reversed(levels)), denoise, z);
            SamplerRun.Run(EdmSamplers.Heun(levels), denoise, z);
            return Math.Max(Math.Abs(z[0] - x[0]), Math.Abs(z[1] - x[1]));
        }
        Assert.That(Return(400), Is.LessThan(1e-3));
        Assert.That(Return(200) / Return(400), Is.GreaterThan(3));
    }

    /// <summary>
    /// What N(0, v) leaves unknown makes any number of steps right; N(0, 1) has β and a point has β̃.
    /// </summary>
    [TestCase(0.25, 3)]
    [TestCase(0.25, 40)]
    [TestCase(1, 5)]
    [TestCase(2.5, 5)]
    public void A_measured_variance_keeps_the_spread(double v, int steps)
    {
        var levels = NoiseLevels.Of(NoiseSchedule.LinearLogSnr(8, -8), steps);
        SamplerPlan Measured(double variance) =>
            Samplers.MeasuredAncestral(levels, logSnr => variance / (1 + variance * Math.Exp(logSnr)));
        // A few hundred roundings of double precision, and one square root.
        Assert.That(Ratio(Measured(v), v), Is.EqualTo(1).Within(1e-13));
        void Same(SamplerPlan one, SamplerPlan other)
        {
            foreach (var (a, b) in one.Acts.Zip(other.Acts))
                if (a is SamplerAct.Move move)
                    Assert.That(move.Noise, Is.EqualTo(((SamplerAct.Move)b).Noise).Within(1e-13 * move.Noise));
        }
        Same(Measured(1), Samplers.Ancestral(levels, StepVariance.Forward));
        Same(Measured(0), Samplers.Ancestral(levels, StepVariance.Posterior));
    }

    [Test]
    public void Noise_is_a_function_of_seed_and_move()
    {
        var plan = Samplers.Ancestral(NoiseLevels.Of(NoiseSchedule.Cosine, 50), StepVariance.Posterior);
        double[] Run(ulong seed)
        {
            var z = new double[256];
            SamplerRun.Philox(seed, 1, 2)(0, z);
            SamplerRun.Run(plan, Of(0.25), z, SamplerRun.Philox(seed, 2, 2));
            return z;
        }
        double[] once = Run(7), again = Run(7);
        Assert.That(again, Is.EqualTo(once));
        Assert.That(Run(8), Is.Not.EqualTo(once));
        // 256 draws: their spread is within four of its standard errors, 1/√512.
        Assert.That(Math.Sqrt(once.Average(x => x * x)) / 0.5 / Ratio(plan, 0.25),
            Is.EqualTo(1).Within(4 / Math.Sqrt(512)));
    }

    [Test]
    public void What_goes_no_way_is_refused()
    {
        double[] levels = [-5, 0, 5], back = [5, 0, -5];
        Assert.That(() => Samplers.Ddim([1]), Throws.ArgumentException);
        Assert.That(() => Samplers.Ddim([0, 1, 1]), Throws.ArgumentException);
        Assert.That(() => Samplers.Ddim([0, 2, 1]), Throws.ArgumentException);
        Assert.That(() => Samplers.Ddim([double.PositiveInfinity, 0]), Throws.ArgumentException);
        Assert.That(() => Samplers.Ddim(levels, 1.5), Throws.ArgumentException);
        Assert.That(() => Samplers.Ancestral(back, StepVariance.Forward), Throws.ArgumentException);
        Assert.That(() => Samplers.MeasuredAncestral(back, _ => 1), Throws.ArgumentException);
        Assert.That(() => Samplers.Ancestral(levels, new(2)), Throws.ArgumentException);
        Assert.That(() => MultistepSamplers.DpmSolverSde(back), Throws.ArgumentException);
        Assert.That(() => MultistepSamplers.UniPc(levels, 4), Throws.ArgumentException);
        Assert.That(() => EdmSamplers.Heun(back, new(10)), Throws.ArgumentException);
        Assert.That(() => SamplerRun.Run(Samplers.Ddim(levels, 1), Of(1), new double[1]), Throws.ArgumentException);
    }
}
