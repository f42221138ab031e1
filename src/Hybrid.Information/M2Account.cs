namespace Hybrid.Information;

/// <summary>What a semi-supervised VAE is worth on labelled data, nats per example; means over examples.</summary>
/// <remarks>
/// Kingma et al. 2014, arXiv:1406.5298, eqs. 6 and 7. Of U(x) the class's part is a rate like z's: E KL(q(y | x) ‖ p(y)) =
/// I(x; y) + KL(q(y) ‖ p(y)), q(y) the mean over the examples. What minimises U pays for I(x; y), nat for nat.
/// </remarks>
/// <param name="LabelledBound">E L(x, y) at the true classes, an upper bound of −log p(x, y).</param>
/// <param name="Reconstruction">E Σ_y q(y | x) [−log p(x | y, z)].</param>
/// <param name="Rate">E Σ_y q(y | x) KL(q(z | x, y) ‖ p(z)).</param>
/// <param name="Information">I(x; y) under q: H[mean of q(y | x)] − mean H[q(y | x)].</param>
/// <param name="MarginalEntropy">H[mean of q(y | x)]: a ceiling of the information.</param>
/// <param name="Classes">C.</param>
/// <param name="CrossEntropy">E[−log q(y | x)] of the true classes.</param>
/// <param name="Error">Part of the examples whose likeliest class is wrong.</param>
/// <param name="Examples">N.</param>
public readonly record struct M2Account(
    double LabelledBound, double Reconstruction, double Rate, double Information, double MarginalEntropy, int Classes,
    double CrossEntropy, double Error, int Examples)
{
    /// <summary>KL(q(y) ‖ p(y)) of the mean prediction from uniform classes.</summary>
    public double ClassMarginalKl => Math.Log(Classes) - MarginalEntropy;

    /// <summary>E U(x), an upper bound of −log p(x).</summary>
    public double UnlabelledBound => Reconstruction + Rate + Information + ClassMarginalKl;

    /// <summary>min(ln C, ln N): no I(x; y) is above it.</summary>
    public double InformationCeiling => Math.Log(Math.Min(Classes, Examples));

    /// <summary>Of the error.</summary>
    public double StandardError => Math.Sqrt(Error * (1 - Error) / Examples);

    /// <summary>Of N examples, from what a model says of each with each class.</summary>
    /// <param name="logits">Of q(y | x), [N, C].</param>
    /// <param name="nll">−log p(x | y, z), [N, C].</param>
    /// <param name="kl">KL(q(z | x, y) ‖ p(z)), [N, C].</param>
    /// <param name="classes">The true ones, [N].</param>
    /// <exception cref="ArgumentException">There are no examples, or lengths differ.</exception>
    public static M2Account Of(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> nll, ReadOnlySpan<float> kl, ReadOnlySpan<int> classes)
    {
        var N = classes.Length;
        if (N == 0 || logits.Length % N != 0 || nll.Length != logits.Length || kl.Length != logits.Length)
            throw new ArgumentException($"{logits.Length} logits are not rows of {N} examples.", nameof(logits));
        var C = logits.Length / N;
        double[] log = new double[C], mean = new double[C];
        double labelled = 0, reconstruction = 0, rate = 0, entropy = 0, crossEntropy = 0;
        var wrong = 0;
        for (var n = 0; n < N; n++)
        {
            var best = LogSoftmax(logits.Slice(n * C, C), log);
            for (var c = 0; c < C; c++)
            {
                var q = Math.Exp(log[c]);
                mean[c] += q / N;
                reconstruction += q * nll[n * C + c];
                rate += q * kl[n * C + c];
                entropy -= q * log[c];
            }
            var own = n * C + classes[n];
            labelled += (double)nll[own] + kl[own];
            crossEntropy -= log[classes[n]];
            if (best != classes[n]) wrong++;
        }
        var marginal = EntropyOf(mean);
        return new(
            labelled / N + Math.Log(C), reconstruction / N, rate / N, marginal - entropy / N, marginal, C,
            crossEntropy / N, (double)wrong / N, N);
    }

    static double EntropyOf(double[] probabilities)
    {
        double entropy = 0;
        foreach (var p in probabilities)
            if (p > 0) entropy -= p * Math.Log(p);
        return entropy;
    }

    /// <summary>Writes log softmax; the place of the greatest, the first of equal ones.</summary>
    static int LogSoftmax(ReadOnlySpan<float> logits, Span<double> log)
    {
        var best = 0;
        for (var c = 1; c < logits.Length; c++)
            if (logits[c] > logits[best]) best = c;
        double sum = 0;
        foreach (var logit in logits) sum += Math.Exp((double)logit - logits[best]);
        for (var c = 0; c < logits.Length; c++) log[c] = (double)logits[c] - logits[best] - Math.Log(sum);
        return best;
    }
}
