using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>
/// The IM algorithm on a noisy linear channel: an encoder that makes its output tell most about x.
/// </summary>
/// <remarks>
/// <para>
/// Barber &amp; Agakov 2003, "The IM algorithm: a variational approach to information maximization": for any
/// decoder q, I(x; y) ≥ H(x) + E log q(x | y), with equality where q is the posterior. Take turns: the best
/// decoder for this encoder, then an encoder that raises the bound.
/// </para>
/// <para>
/// The channel is y = Wᵀx + σ·ε with orthonormal columns of W, so that no column can buy information with
/// length. The decoder is N(Uy, C), exact for Gaussian x, and its step is a regression. The encoder's step
/// follows the gradient of ½ E‖L⁻¹(x − Uy)‖², C = LLᵀ, on the kernels with noise drawn anew, and makes W
/// orthonormal again.
/// </para>
/// </remarks>
public sealed class InformationMaximization
{
    const string W = "encoder/w", Decoder = "decoder", Whitening = "whitening", NoiseLogVar = "noise", Weight = "weight";

    readonly Device device;
    readonly Parameters parameters;
    readonly Plan plan;
    readonly double noiseVariance;
    readonly double[,] covariance;
    readonly double[,] w;
    readonly float[] gradient;
    uint steps;

    /// <param name="device">Where the encoder's gradient is computed.</param>
    /// <param name="x">Data, [N, D] row-major; its mean is taken off.</param>
    /// <param name="D">Columns of x.</param>
    /// <param name="K">Outputs of the channel, 1 … D.</param>
    /// <param name="sigma">Standard deviation of its noise.</param>
    /// <param name="seed">Of W's start and of the noise.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or x fills fewer than D dimensions.</exception>
    public InformationMaximization(Device device, ReadOnlySpan<float> x, int D, int K, double sigma, ulong seed)
    {
        if (x.Length == 0 || x.Length % D != 0 || K < 1 || K > D || !(sigma > 0))
            throw new ArgumentException($"{x.Length} values, D {D}, K {K}, σ {sigma}: no channel has these.");
        this.device = device;
        (this.K, this.D, N) = (K, D, x.Length / D);
        noiseVariance = sigma * sigma;
        var centred = Centred(x, D);
        covariance = Covariance(centred, D);
        DataEntropy = 0.5 * (D * Math.Log(2 * Math.PI * Math.E) + new Cholesky(covariance).LogDeterminant);

        parameters = Initialization.Parameters(device, [(new(W, new(D, K)), 1)], seed);
        w = new double[D, K];
        var start = device.ToArray(parameters.Value(W));
        for (var i = 0; i < start.Length; i++) w[i / K, i % K] = start[i];
        gradient = new float[D * K];

        var graph = new Graph();
        var data = graph.Input("x", N, D);
        var logVar = graph.BroadcastRows(graph.Input(NoiseLogVar, K, 1), N);
        var (y, _) = graph.ReparameterizeKl(graph.MatrixProduct(data, graph.Parameter(W, D, K)), logVar);
        var error = graph.SquaredErrorRows(
            graph.MatrixProduct(y, graph.Input(Decoder, K, D)), graph.MatrixProduct(data, graph.Input(Whitening, D, D)));
        plan = Plan.Training(device, graph, parameters, seed, [(error, Weight)], [graph.Mean(error)]);
        plan.Set(Weight, 0.5f / N);
        device.Upload(centred, plan.Input("x"));
        device.Upload([.. Enumerable.Repeat((float)Math.Log(noiseVariance), K)], plan.Input(NoiseLogVar));
        Orthonormalize();
        FitDecoder();
    }

    /// <summary>Rows of data.</summary>
    public int N { get; }

    public int D { get; }

    public int K { get; }

    /// <summary>H(x) of a Gaussian with the data's covariance, nats.</summary>
    public double DataEntropy { get; }

    /// <summary>
    /// The bound H(x) + E log q(x | y) with the present encoder and its best decoder, nats.
    /// </summary>
    public double Bound { get; private set; }

    /// <summary>W [D, K], orthonormal columns.</summary>
    public double[,] Encoder => (double[,])w.Clone();

    /// <summary>Steps taken: they number the noise.</summary>
    public int Steps => (int)steps;

    /// <summary>Stands where another stood that had this encoder after so many steps, to the bit.</summary>
    /// <exception cref="ArgumentException">The encoder has another shape.</exception>
    public void Restore(double[,] encoder, int steps)
    {
        if ((encoder.GetLength(0), encoder.GetLength(1)) != (D, K))
            throw new ArgumentException($"An encoder [{encoder.GetLength(0)}, {encoder.GetLength(1)}] is not [{D}, {K}].");
        Array.Copy(encoder, w, w.Length);
        this.steps = (uint)steps;
        Send(w, parameters.Value(W));
        FitDecoder();
    }

    #region im-step
    /// <summary>Improves the encoder along its gradient, then fits the decoder.</summary>
    public void Step(double learningRate)
    {
        plan.Run(steps++);
        device.Download(parameters.GradientOf(W), gradient);
        for (var i = 0; i < gradient.Length; i++) w[i / K, i % K] -= learningRate * gradient[i];
        Orthonormalize();
        FitDecoder();
    }
    #endregion

    /// <summary>Gram–Schmidt on the columns of W.</summary>
    void Orthonormalize()
    {
        for (var k = 0; k < K; k++)
        {
            for (var j = 0; j < k; j++)
            {
                double along = 0;
                for (var d = 0; d < D; d++) along += w[d, j] * w[d, k];
                for (var d = 0; d < D; d++) w[d, k] -= along * w[d, j];
            }
            double length = 0;
            for (var d = 0; d < D; d++) length += w[d, k] * w[d, k];
            for (var d = 0; d < D; d++) w[d, k] /= Math.Sqrt(length);
        }
        Send(w, parameters.Value(W));
    }

    #region im-decoder
    /// <summary>U = ΣW (WᵀΣW + σ²I)⁻¹ and C = Σ − U WᵀΣ: the regression of x on y.</summary>
    void FitDecoder()
    {
        var shared = Product(covariance, w);                          // Cov(x, y), [D, K]
        var output = Product(Transposed(w), shared);                  // WᵀΣW, [K, K]
        for (var k = 0; k < K; k++) output[k, k] += noiseVariance;
        var whiten = new Cholesky(Symmetric(output)).InverseFactor();
        var half = Product(shared, Transposed(whiten));               // Cov(x, y) L⁻ᵀ: half·halfᵀ = U WᵀΣ
        var known = Product(half, Transposed(half));
        var left = new double[D, D];
        for (var i = 0; i < D; i++)
            for (var j = 0; j < D; j++) left[i, j] = covariance[i, j] - known[i, j];
        var posterior = new Cholesky(Symmetric(left));
        // E −log q = ½ (D ln 2πe + ln det C) where q is this regression.
        Bound = DataEntropy - 0.5 * (D * Math.Log(2 * Math.PI * Math.E) + posterior.LogDeterminant);

        var white = Transposed(posterior.InverseFactor());            // rows times this are white
        Send(white, plan.Input(Whitening));
        Send(Product(Transposed(Product(half, whiten)), white), plan.Input(Decoder));
    }
    #endregion

    void Send(double[,] matrix, Tensor to)
    {
        var values = new float[matrix.Length];
        for (var i = 0; i < values.Length; i++) values[i] = (float)matrix[i / to.Cols, i % to.Cols];
        device.Upload(values, to);
    }

    static float[] Centred(ReadOnlySpan<float> x, int D)
    {
        var mean = new double[D];
        for (var i = 0; i < x.Length; i++) mean[i % D] += x[i] * (double)D / x.Length;
        var centred = new float[x.Length];
        for (var i = 0; i < x.Length; i++) centred[i] = (float)(x[i] - mean[i % D]);
        return centred;
    }

    static double[,] Covariance(float[] x, int D)
    {
        var sum = new double[D, D];
        for (var n = 0; n < x.Length; n += D)
            for (var i = 0; i < D; i++)
                for (var j = 0; j < D; j++) sum[i, j] += (double)x[n + i] * x[n + j] * D / x.Length;
        return sum;
    }

    static double[,] Product(double[,] a, double[,] b)
    {
        var product = new double[a.GetLength(0), b.GetLength(1)];
        for (var i = 0; i < a.GetLength(0); i++)
            for (var j = 0; j < b.GetLength(1); j++)
                for (var k = 0; k < b.GetLength(0); k++) product[i, j] += a[i, k] * b[k, j];
        return product;
    }

    static double[,] Transposed(double[,] a)
    {
        var transposed = new double[a.GetLength(1), a.GetLength(0)];
        for (var i = 0; i < a.GetLength(0); i++)
            for (var j = 0; j < a.GetLength(1); j++) transposed[j, i] = a[i, j];
        return transposed;
    }

    /// <summary>Rounding may differ above and below the diagonal.</summary>
    static double[,] Symmetric(double[,] a)
    {
        for (var i = 0; i < a.GetLength(0); i++)
            for (var j = 0; j < i; j++) a[i, j] = a[j, i] = 0.5 * (a[i, j] + a[j, i]);
        return a;
    }
}
