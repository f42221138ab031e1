using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Theory;

namespace Hybrid.Models.Tests.Hierarchy;

/// <summary>A chain of latent variables: one level is the VAE, and every term is what it is called.</summary>
[TestFixture]
public sealed class HierarchicalVaeTests
{
    const int B = SmallHierarchy.B, D = SmallHierarchy.D;

    HostDevice device = null!;

    [SetUp]
    public void Open() => device = new(threads: 1);

    [TearDown]
    public void Close() => device.Dispose();

    [Test]
    public void One_level_is_the_VAE_to_the_bit(
        [Values] Inference inference, [Values(true, false)] bool learnsSigma)
    {
        var likelihood = learnsSigma ? Likelihood.GaussianLearnt(0.7) : Likelihood.Bernoulli;
        var vae = new Vae(device, new(D, [6, 5], 3, Activation.Relu, likelihood), seed: 5);
        var shape = new HierarchyShape(D, [6, 5], [3], [4], Activation.Relu, likelihood, inference);
        var one = new HierarchicalVae(device, shape, seed: 5);
        Assert.That(one.Parameters.Specs, Is.EqualTo(vae.Parameters.Specs));
        Assert.That(device.ToArray(one.Parameters.Values), Is.EqualTo(device.ToArray(vae.Parameters.Values)));

        var (expected, plan) = (vae.TrainingPlan(B), one.TrainingPlan(B));
        expected.SetBeta(0.3);
        plan.SetBeta(0.3);
        device.Upload(SmallHierarchy.Rows, expected.X);
        device.Upload(SmallHierarchy.Rows, plan.X);
        expected.Run(4);
        plan.Run(4);
        Assert.That(device.ToArray(plan.MeanNll), Is.EqualTo(device.ToArray(expected.MeanNll)));
        Assert.That(device.ToArray(plan.MeanRates[0]), Is.EqualTo(device.ToArray(expected.MeanKl)));
        var gradient = device.ToArray(vae.Parameters.Gradient);
        Assert.That(device.ToArray(one.Parameters.Gradient), Is.EqualTo(gradient));
        Assert.That(gradient, Has.Some.Not.Zero);
    }

    /// <summary>
    /// The draw of a level, the networks' heads and Theory: rates in closed form, at draws where there is
    /// none.
    /// </summary>
    /// <remarks>Float32: sums of few terms, each of no more than 2⁻¹⁸ of its size.</remarks>
    [Test]
    public void Rates_are_what_theory_says([Values] Inference inference)
    {
        var vae = SmallHierarchy.Moved(device, SmallHierarchy.Shape(inference, 4, 3, 2));
        var plan = SmallHierarchy.Evaluated(vae, 0);
        for (var t = 0; t < 3; t++)
        {
            var K = vae.Shape.Latents[t];
            var (z, mu, logVar) = (Of(plan.Levels[t].Z), Of(plan.Levels[t].Mu), Of(plan.Levels[t].LogVar));
            var (muP, logVarP) =
                t == 2 ? (new float[B * K], new float[B * K]) : Prior(t, Of(plan.Levels[t + 1].Z), K);
            var rates = Of(plan.Levels[t].Rate);
            for (var b = 0; b < B; b++)
            {
                double expected = 0, size = 1;
                for (var i = b * K; i < b * K + K; i++)
                {
                    double term = inference == Inference.TopDown || t == 2
                        ? Gaussian.KlNats(mu[i], logVar[i], muP[i], logVarP[i])
                        : Gaussian.LogDensityNats(mu[i], logVar[i], z[i])
                            - Gaussian.LogDensityNats(muP[i], logVarP[i], z[i]);
                    (expected, size) = (expected + term, size + Math.Abs(term));
                }
                Assert.That(
                    rates[b], Is.EqualTo(expected).Within(size / (1 << 18)), $"level {t + 1}, row {b}");
            }
            Assert.That(Of(plan.MeanRates[t])[0], Is.EqualTo(rates.Average()).Within(1e-5));
        }

        float[] Of(Hybrid.Devices.Tensor tensor) => device.ToArray(tensor);

        // p(z_t | z_{t+1}) of one tanh layer, by hand.
        (float[] Mu, float[] LogVar) Prior(int t, float[] above, int K)
        {
            float[] Part(string name) => Of(vae.Parameters.Value($"decoder/z{t + 1}/{name}"));
            float[] w0 = Part("0/w"), b0 = Part("0/b"), w1 = Part("1/w"), b1 = Part("1/b");
            var (above1, mu, logVar) = (vae.Shape.Latents[t + 1], new float[B * K], new float[B * K]);
            for (var b = 0; b < B; b++)
                for (var k = 0; k < 2 * K; k++)
                {
                    double sum = b1[k];
                    for (var h = 0; h < b0.Length; h++)
                    {
                        double hidden = b0[h];
                        for (var j = 0; j < above1; j++)
                            hidden += above[b * above1 + j] * w0[j * b0.Length + h];
                        sum += Math.Tanh(hidden) * w1[h * 2 * K + k];
                    }
                    (k < K ? mu : logVar)[b * K + k % K] = (float)sum;
                }
            return (mu, logVar);
        }
    }

    /// <summary>Log-ratios of the draws have the rates as their mean, level by level.</summary>
    [Test]
    public void Importance_weights_of_one_draw_have_the_ELBO_as_their_mean([Values] Inference inference)
    {
        const int rows = 4000;
        var vae = SmallHierarchy.Moved(device, SmallHierarchy.Shape(inference, 3, 2));
        // One example in every row: the mean over its draws on both sides.
        var plan = vae.EvaluationPlan(rows);
        var example = SmallHierarchy.Rows[..D];
        device.Upload([.. Enumerable.Range(0, rows).SelectMany(_ => example)], plan.X);
        plan.Run(0);
        var each = device.ToArray(plan.Nll);
        foreach (var level in plan.Levels)
        {
            var rates = device.ToArray(level.Rate);
            for (var i = 0; i < rows; i++) each[i] += rates[i];
        }

        var importance = vae.ImportancePlan(rows);
        importance.Set(example);
        for (var t = 0; t < plan.Evidence.Count; t++)
            importance.Set(t, device.ToArray(plan.Evidence[t].Mu.RowRange(0, 1)),
                device.ToArray(plan.Evidence[t].LogVar.RowRange(0, 1)));
        importance.Run(0);
        var surprise = device.ToArray(importance.Surprise);
        var error = Math.Sqrt(Variance(each) / rows + Variance(surprise) / rows);
        Assert.That(surprise.Average(), Is.EqualTo(each.Average()).Within(5 * error));
        Assert.That(error, Is.LessThan(0.1));

        static double Variance(float[] values)
        {
            var mean = values.Average();
            return values.Average(v => (v - mean) * (v - mean));
        }
    }

    /// <summary>Below λ a level costs nothing, above it all that it costs.</summary>
    [Test]
    public void Free_bits_are_free([Values] Inference inference)
    {
        var vae = SmallHierarchy.Moved(device, SmallHierarchy.Shape(inference, 3, 2));
        float[] Gradient(KlTerm term, double beta, double level)
        {
            var plan = vae.TrainingPlan(B, term);
            plan.SetBeta(beta, level);
            device.Upload(SmallHierarchy.Rows, plan.X);
            plan.Run(0);
            return device.ToArray(vae.Parameters.Gradient);
        }
        var largest = Gradient(KlTerm.Plain, 0.7, 0).Max(Math.Abs);
        MustAgree(Gradient(KlTerm.FreeBits, 0.7, 0), Gradient(KlTerm.Plain, 0.7, 0));
        MustAgree(Gradient(KlTerm.FreeBits, 0.7, 1e4), Gradient(KlTerm.Plain, 0, 0));
        Assert.That(() => vae.TrainingPlan(B, KlTerm.Capacity), Throws.ArgumentException);

        // The same numbers, but for β/B that is here β·(1/B): roundings of the largest entry.
        void MustAgree(float[] found, float[] expected)
        {
            for (var i = 0; i < found.Length; i++)
                Assert.That(found[i], Is.EqualTo(expected[i]).Within(2e-5 * largest));
        }
    }

    [Test]
    public void Draws_of_the_model_are_means_of_pixels([Values] Inference inference)
    {
        var vae = SmallHierarchy.Moved(device, SmallHierarchy.Shape(inference, 3, 2));
        var (first, again, other) = (vae.Sample(5, 1), vae.Sample(5, 1), vae.Sample(5, 2));
        Assert.That(first, Has.Length.EqualTo(5 * D).And.All.GreaterThan(0f).And.All.LessThan(1f));
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    [Test]
    public void Mistakes_are_told()
    {
        Assert.That(() => new HierarchicalVae(device, SmallHierarchy.Shape(Inference.BottomUp), 1),
            Throws.ArgumentException);
        var vae = new HierarchicalVae(device, SmallHierarchy.Shape(Inference.BottomUp, 2), 1);
        var plan = vae.EvaluationPlan(B);
        Assert.That(() => plan.SetBeta(1), Throws.InvalidOperationException);
    }
}
