namespace Hybrid.Devices;

public partial interface IOps
{
    /// <summary>
    /// ratio[b] = Σ_d log N(z; mu, e^logVar) − log N(z; 0, 1), nats (<see cref="Formulas.LogRatio"/>).
    /// </summary>
    void LogRatioRows(Tensor z, Tensor mu, Tensor logVar, Tensor ratio);

    /// <summary>dZ = dRatio[b]·∂/∂z.</summary>
    void LogRatioRowsGradDraw(Tensor z, Tensor mu, Tensor logVar, Tensor dRatio, Tensor dZ);

    /// <summary>dMu = dRatio[b]·∂/∂mu, dLogVar = dRatio[b]·∂/∂logVar.</summary>
    void LogRatioRowsGrad(Tensor z, Tensor mu, Tensor logVar, Tensor dRatio, Tensor dMu, Tensor dLogVar);

    /// <summary>nll[b] = −log (1/K) Σ_k e^−surprise[b, k], nats, and each weight's share of the sum.</summary>
    /// <remarks>The row's least is taken off first, then the terms are summed like any row.</remarks>
    /// <param name="surprise">−log w of each draw, [B, K].</param>
    /// <param name="nll">[B, 1] (<see cref="Formulas.ImportanceNll"/>).</param>
    /// <param name="share">[B, K], ∂nll/∂surprise (<see cref="Formulas.ImportanceShare"/>).</param>
    void ImportanceNllRows(Tensor surprise, Tensor nll, Tensor share);

    /// <summary>y[b, :] = s[b]·x[b, :].</summary>
    void ScaleRows(Tensor x, Tensor s, Tensor y);
}
