using Hybrid.Formulas;

namespace Hybrid.Devices;

public partial interface IOps
{
    /// <summary>
    /// nll[b] = log Σ_c e^logits[b, c] − Σ_c y[b, c]·logits[b, c], nats: each row of y sums to 1. The row's
    /// greatest logit is taken off first (<see cref="InfoNceTerm"/>, <see cref="InfoNce"/>); both sums are
    /// summed like any row, the second by fused multiply-adds.
    /// </summary>
    void CrossEntropyRows(Tensor logits, Tensor y, Tensor nll);

    /// <summary>
    /// dLogits = dNll[b]·(softmax(logits[b, :]) − y[b, :]), from the nll of the forward pass
    /// (<see cref="CrossEntropySlope"/>).
    /// </summary>
    void CrossEntropyRowsGrad(Tensor logits, Tensor y, Tensor nll, Tensor dNll, Tensor dLogits);
}
