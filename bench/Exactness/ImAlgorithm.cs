using System.Diagnostics;
using System.Globalization;
using Hybrid.Devices;
using Hybrid.Models;
using MathNet.Numerics.LinearAlgebra;

namespace Hybrid.Bench.Exactness;

/// <summary>
/// The best linear encoder of a noisy channel reads the principal axes, and its information is known.
/// </summary>
/// <remarks>
/// Barber &amp; Agakov 2003: with orthonormal columns the optimum spans the PCA subspace, where the channel
/// is K parallel Gaussian channels of power λ_k: ½ Σ_k ln(1 + λ_k/σ²). The first-order error of a subspace is
/// second order in it.
/// </remarks>
static class ImAlgorithm
{
    const int Steps = 2000, Repetitions = 128;

    const double LearningRate = 0.1;

    public static IEnumerable<ExactnessExperiment> Experiments =>
        from K in new[] { 1, 2, 3 }
        from sigma in new[] { 0.5, 2 }
        select new ExactnessExperiment(
            NameOf(K, sigma), FormattableString.Invariant(
                $"the IM algorithm on a 5-D Gaussian: {Steps} steps of encoder (kernels) and decoder (regression)"),
            open => Run(open, K, sigma));

    static string NameOf(int K, double sigma) =>
        string.Create(CultureInfo.InvariantCulture, $"im/outputs={K},sigma={sigma}");

    static ExactnessRow[] Run(Func<Device> open, int K, double sigma)
    {
        var watch = Stopwatch.StartNew();
        using var device = open();
        var im = new InformationMaximization(
            device, GaussianData.Batch(Repetitions), GaussianData.D, K, sigma, seed: 1);
        for (var step = 0; step < Steps; step++) im.Step(LearningRate * (1 - (double)step / Steps));

        var encoder = Matrix<double>.Build.DenseOfArray(im.Encoder);
        var covariance = Matrix<double>.Build.DenseOfArray(GaussianData.Covariance());
        double exact = Theory.Gaussian.ChannelInformationNats(1 / (sigma * sigma), GaussianData.Eigenvalues[..K]);
        var seconds = watch.Elapsed.TotalSeconds;
        return
        [
            new($"{NameOf(K, sigma)}/information", exact, im.Bound, 1e-3, "nats", seconds),
            // I of the joint Gaussian that this encoder makes, from its covariance: the bound is tight.
            new($"{NameOf(K, sigma)}/bound-of-its-own-encoder", OfJoint(encoder, covariance, sigma), im.Bound, 1e-5,
                "nats", seconds),
            new($"{NameOf(K, sigma)}/part-outside-the-pca-subspace", 0, Outside(encoder, covariance), 1e-3, "1", seconds),
        ];
    }

    static double OfJoint(Matrix<double> w, Matrix<double> covariance, double sigma)
    {
        int D = w.RowCount, K = w.ColumnCount;
        var joint = Matrix<double>.Build.Dense(D + K, D + K);
        joint.SetSubMatrix(0, 0, covariance);
        joint.SetSubMatrix(0, D, covariance * w);
        joint.SetSubMatrix(D, 0, (covariance * w).Transpose());
        joint.SetSubMatrix(
            D, D, w.Transpose() * covariance * w + sigma * sigma * Matrix<double>.Build.DenseIdentity(K));
        return Theory.MultivariateGaussian.MutualInformationNats((0.5 * (joint + joint.Transpose())).ToArray(), D);
    }

    /// <summary>1 − tr(P_W P_PCA)/K: 0 where W spans the K largest principal axes.</summary>
    static double Outside(Matrix<double> w, Matrix<double> covariance)
    {
        var K = w.ColumnCount;
        var eigen = covariance.Evd(Symmetricity.Symmetric);
        var axes = eigen.EigenVectors.SubMatrix(0, w.RowCount, w.RowCount - K, K);    // ascending eigenvalues
        var overlap = axes.Transpose() * w;
        return 1 - overlap.PointwiseMultiply(overlap).RowSums().Sum() / K;
    }
}
