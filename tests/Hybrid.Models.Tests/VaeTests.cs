using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Theory;

namespace Hybrid.Models.Tests;

[TestFixture]
public class VaeTests
{
    const int B = 9, D = 11, K = 3;

    HostDevice device = null!;

    [SetUp]
    public void Open() => device = new(threads: 1);

    [TearDown]
    public void Close() => device.Dispose();

    static VaeShape Shape(Likelihood likelihood) => new(D, [6], K, Activation.Tanh, likelihood);

    static readonly Likelihood[] Likelihoods =
    [
        Likelihood.Bernoulli, Likelihood.Gaussian(0.7), Likelihood.GaussianLearnt(0.7), Likelihood.ContinuousBernoulli,
        Likelihood.Logistic, Likelihood.LogisticMixture(2), Likelihood.Categorical(4),
    ];

    static readonly IEnumerable<Likelihood> OfTheMean = Likelihoods.Where(likelihood => likelihood.Pixel is null);

    /// <summary>Mean and log-variance share their input: one product, and its columns are the two heads.</summary>
    [Test]
    public void Both_heads_are_one_product_each_way()
    {
        var vae = new Vae(device, new(D, [6, 5], K, Activation.Silu, Likelihood.Bernoulli), seed: 1);
        var names = vae.TrainingPlan(B).Plan.Describe().Select(line => line.Split(' ')[0]).ToList();

        // Three layers each way; the first one's input is data. No adjoint is copied or added.
        Assert.That(names.Count(name => name == "Affine"), Is.EqualTo(6));
        Assert.That(names.Count(name => name == "AffineGradWeight"), Is.EqualTo(6));
        Assert.That(names.Count(name => name == "AffineGradInput"), Is.EqualTo(5));
        Assert.That(names, Has.None.EqualTo("Add").And.None.EqualTo("Zero").And.None.EqualTo("Join"));
    }

    static float[] Pixels()
    {
        var x = new float[B * D];
        for (var i = 0; i < x.Length; i++) x[i] = i * 29 % 31 / 31f;
        return x;
    }

    [Test]
    public void Graph_has_one_account_a_row([ValueSource(nameof(Likelihoods))] Likelihood likelihood)
    {
        var graph = new Graph();
        var values = new Vae(device, Shape(likelihood), seed: 0).Build(graph, B);
        Assert.That(graph.ShapeOf(values.Mu), Is.EqualTo(new Shape(B, K)));
        Assert.That(graph.ShapeOf(values.LogVar), Is.EqualTo(new Shape(B, K)));
        Assert.That(graph.ShapeOf(values.Nll), Is.EqualTo(new Shape(B, 1)));
        Assert.That(graph.ShapeOf(values.Kl), Is.EqualTo(new Shape(B, 1)));
        Assert.That(graph.ShapeOf(values.Output), Is.EqualTo(new Shape(B, likelihood.Outputs * D)));
    }

    [Test]
    public void The_decoder_has_the_numbers_that_the_likelihood_wants() => Assert.That(
        Likelihoods.Select(likelihood => likelihood.Outputs), Is.EqualTo(new[] { 1, 1, 1, 1, 2, 6, 4 }));

    [Test]
    public void Grey_values_are_those_of_the_likelihood() => Assert.That(
        Likelihoods.Select(likelihood => likelihood.Levels), Is.EqualTo(new[] { 0, 0, 0, 0, 256, 256, 4 }));

    [Test]
    public void Decoder_mirrors_the_encoder()
    {
        var vae = new Vae(device, Shape(Likelihood.Bernoulli) with { Hidden = [8, 6] }, seed: 0);
        Assert.That(vae.Parameters.Specs.Select(s => $"{s.Name} {s.Shape}").Where(s => s.Contains("/w")),
            Is.EqualTo(new[]
            {
                "encoder/0/w [11, 8]", "encoder/1/w [8, 6]", "encoder/2/w [6, 6]",
                "decoder/0/w [3, 6]", "decoder/1/w [6, 8]", "decoder/2/w [8, 11]",
            }));
    }

    [Test]
    public void Learnt_sigma_starts_where_it_is_told()
    {
        var vae = new Vae(device, Shape(Likelihood.GaussianLearnt(0.7)), seed: 0);
        Assert.That(vae.Sigma, Is.EqualTo(0.7).Within(1e-7));
        Assert.That(device.ToArray(vae.Parameters.Value("likelihood/logVar"))[0], Is.EqualTo((float)Math.Log(0.49)));
        Assert.That(new Vae(device, Shape(Likelihood.Bernoulli), 0).Sigma, Is.NaN);
        Assert.That(new Vae(device, Shape(Likelihood.Gaussian(0.3)), 0).Sigma, Is.EqualTo(0.3));
    }

    [Test]
    public void Shared_posterior_variance_is_one_row_for_all()
    {
        var vae = new Vae(device, Shape(Likelihood.Gaussian(1)) with { SharedPosteriorVariance = true }, seed: 0);
        device.Upload([-1f, 0f, 2f], vae.Parameters.Value("encoder/logVar"));
        var plan = Evaluated(vae, step: 0);
        for (var b = 0; b < B; b++)
            Assert.That(device.ToArray(plan.LogVar).AsSpan(b * K, K).ToArray(), Is.EqualTo(new[] { -1f, 0f, 2f }));
    }

    VaePlan Evaluated(Vae vae, uint step)
    {
        var plan = vae.EvaluationPlan(B);
        device.Upload(Pixels(), plan.X);
        plan.Run(step);
        return plan;
    }

    /// <summary>Against closed forms in double precision, from the plan's own posterior and mean.</summary>
    /// <remarks>Float32: no term goes through more than 24 roundings of 2⁻²⁴ of its size.</remarks>
    [Test]
    public void Account_is_what_theory_says([ValueSource(nameof(OfTheMean))] Likelihood likelihood)
    {
        const double roundings = 24 * 1.0 / (1 << 24);
        var vae = new Vae(device, Shape(likelihood), seed: 5);
        var plan = Evaluated(vae, step: 0);
        var (x, mean) = (Pixels(), device.ToArray(plan.Mean));
        var (mu, logVar) = (device.ToArray(plan.Mu), device.ToArray(plan.LogVar));
        var (nll, kl) = (device.ToArray(plan.Nll), device.ToArray(plan.Kl));
        double NllOf(int i) => likelihood.IsBernoulli
            ? -Bernoulli.LogLikelihoodNats(Math.Log(mean[i] / (1.0 - mean[i])), x[i])
            : -Gaussian.LogDensityNats(mean[i], 2 * Math.Log(0.7), x[i]);

        double sumNll = 0, sumKl = 0;
        for (var b = 0; b < B; b++)
        {
            double exactNll = 0, exactKl = 0, sizeNll = 0, sizeKl = 0;
            for (var d = 0; d < D; d++) (exactNll, sizeNll) = (exactNll + NllOf(b * D + d), sizeNll + 2);
            for (var k = 0; k < K; k++)
            {
                var (m, l) = ((double)mu[b * K + k], (double)logVar[b * K + k]);
                exactKl += Gaussian.KlStandardNormalNats(m, l);
                sizeKl += 0.5 * (m * m + Math.Exp(l) + 1 + Math.Abs(l));
            }
            Assert.That(nll[b], Is.EqualTo(exactNll).Within(roundings * (sizeNll + Math.Abs(exactNll))));
            Assert.That(kl[b], Is.EqualTo(exactKl).Within(roundings * sizeKl));
            (sumNll, sumKl) = (sumNll + nll[b], sumKl + kl[b]);
        }
        Assert.That(device.ToArray(plan.MeanNll)[0], Is.EqualTo(sumNll / B).Within(roundings * sumNll / B));
        Assert.That(device.ToArray(plan.MeanKl)[0], Is.EqualTo(sumKl / B).Within(roundings * sumKl / B));
    }

    /// <summary>A decoder that does not look: its bias says the same of every pixel.</summary>
    /// <remarks>Float32: a sum of D terms, none of more than 40 roundings of its greatest part.</remarks>
    [Test]
    public void A_pixel_is_what_theory_says(
        [Values(LikelihoodKind.ContinuousBernoulli, LikelihoodKind.Logistic, LikelihoodKind.LogisticMixture,
            LikelihoodKind.Categorical)] LikelihoodKind kind)
    {
        var likelihood = Likelihoods.Single(likelihood => likelihood.Kind == kind);
        var vae = new Vae(device, Shape(likelihood), seed: 5);
        double[] numbers = [.. Enumerable.Range(0, likelihood.Outputs).Select(j => 0.3 * j - 0.8)];
        device.Ops.Fill(vae.Parameters.Value("decoder/1/w"), 0);
        device.Upload(
            [.. Enumerable.Range(0, likelihood.Outputs * D).Select(i => (float)numbers[i / D])],
            vae.Parameters.Value("decoder/1/b"));
        var plan = vae.EvaluationPlan(B);
        var last = likelihood.Levels == 0 ? 255 : likelihood.Levels - 1;
        float[] x = [.. Enumerable.Range(0, B * D).Select(i => i % (last + 1) / (float)last)];
        device.Upload(x, plan.X);
        plan.Run(0);

        double Log(int k) => kind switch
        {
            LikelihoodKind.ContinuousBernoulli => Theory.ContinuousBernoulli.LogDensityNats(numbers[0], (double)k / last),
            LikelihoodKind.Logistic => Math.Log(GreyValues.LogisticBin(256, numbers[0], Math.Exp(numbers[1]), k)),
            LikelihoodKind.LogisticMixture => Math.Log(GreyValues.LogisticMixtureBin(
                256, numbers[..2], numbers[2..4], [.. numbers[4..].Select(Math.Exp)], k)),
            _ => Math.Log(GreyValues.Softmax(numbers, k)),
        };
        var nll = device.ToArray(plan.Nll);
        for (var b = 0; b < B; b++)
        {
            double exact = 0, size = 0;
            for (var d = 0; d < D; d++)
            {
                var term = -Log((b * D + d) % (last + 1));
                (exact, size) = (exact + term, size + 2 + Math.Abs(term));
            }
            Assert.That(nll[b], Is.EqualTo(exact).Within(40.0 / (1 << 24) * size));
        }
        var mean = device.ToArray(plan.Mean);
        Assert.That(mean, Has.All.GreaterThan(0f).And.All.LessThan(1f));
        Assert.That(mean, Has.All.EqualTo(mean[0]));
    }

    [Test]
    public void Equal_steps_draw_equal_noise_and_others_do_not()
    {
        var vae = new Vae(device, Shape(Likelihood.Bernoulli), seed: 5);
        var (first, again, other) = (Evaluated(vae, 3), Evaluated(vae, 3), Evaluated(vae, 4));
        Assert.That(device.ToArray(again.Mean), Is.EqualTo(device.ToArray(first.Mean)));
        Assert.That(device.ToArray(other.Mean), Is.Not.EqualTo(device.ToArray(first.Mean)));
        Assert.That(device.ToArray(other.Mu), Is.EqualTo(device.ToArray(first.Mu)));
    }

    [Test]
    public void Beta_weighs_the_gradient_of_the_kl_only()
    {
        var vae = new Vae(device, Shape(Likelihood.Gaussian(0.5)), seed: 5);
        var plan = vae.TrainingPlan(B);
        device.Upload(Pixels(), plan.X);
        float[] Gradient(double beta)
        {
            plan.SetBeta(beta);
            plan.Run(0);
            return device.ToArray(vae.Parameters.Gradient);
        }
        var (none, one, four) = (Gradient(0), Gradient(1), Gradient(4));
        var largest = one.Max(Math.Abs);
        for (var i = 0; i < one.Length; i++)
            // g(4) − g(0) = 4·(g(1) − g(0)), up to float32 rounding of the largest entry.
            Assert.That(four[i] - none[i], Is.EqualTo(4 * (one[i] - none[i])).Within(2e-5 * largest));
        Assert.That(one, Is.Not.EqualTo(none));
    }

    [Test]
    public void Beta_has_no_meaning_for_an_evaluation()
    {
        var plan = new Vae(device, Shape(Likelihood.Bernoulli), seed: 0).EvaluationPlan(B);
        Assert.That(() => plan.SetBeta(2), Throws.InvalidOperationException);
    }

    [Test]
    public void Decoder_alone_gives_the_mean()
    {
        var vae = new Vae(device, Shape(Likelihood.Bernoulli), seed: 5);
        var (plan, mean) = vae.DecoderPlan(B);
        device.Ops.Normals(plan.Input("z"), new Noise(1, 0, Streams.Prior));
        plan.Run(0);
        Assert.That(device.ToArray(plan.TensorOf(mean)), Has.All.GreaterThan(0f).And.All.LessThan(1f));
        Assert.That(plan.TensorOf(mean).Rows, Is.EqualTo(B));
    }

    [TestCase(1)]
    [TestCase(0.1)]
    [TestCase(3)]
    public void Likelihood_knows_its_log_variance(double sigma)
    {
        Assert.That(Likelihood.Gaussian(sigma).LogVar, Is.EqualTo((float)Math.Log(sigma * sigma)).Within(1).Ulps);
        Assert.That(Likelihood.Gaussian(sigma).IsBernoulli, Is.False);
        Assert.That(Likelihood.Bernoulli.IsBernoulli, Is.True);
    }
}
