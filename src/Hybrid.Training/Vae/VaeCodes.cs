using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>What an encoder makes of N images: posteriors, a draw of each, and the draw's terms of −ELBO.</summary>
/// <param name="Mu">[N, K].</param>
/// <param name="LogVar">[N, K].</param>
/// <param name="Z">[N, K].</param>
/// <param name="Nll">−log p(x | z), nats [N].</param>
/// <param name="Kl">KL(q(z | x) ‖ p(z)), nats [N]: in closed form, or by the draw where the prior has none.</param>
public sealed record VaeCodes(float[] Mu, float[] LogVar, float[] Z, float[] Nll, float[] Kl)
{
    static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    public int N => Nll.Length;

    /// <summary>Numbers of a code.</summary>
    public int K => Z.Length / N;

    /// <summary>The draws, as points for a diffusion.</summary>
    public Points Points => new("codes", Z, K) { Classes = Classes };

    /// <summary>Of each image, [N]; null where images have none.</summary>
    public int[]? Classes { get; init; }

    /// <summary>log q(z | x) of each draw, nats [N].</summary>
    public double[] LogPosterior()
    {
        var log = new double[N];
        for (var i = 0; i < Z.Length; i++)
        {
            double residual = (double)Z[i] - Mu[i], logVar = LogVar[i];
            log[i / K] -= 0.5 * (LogTwoPi + logVar + residual * residual * Math.Exp(-logVar));
        }
        return log;
    }
}
