using Hybrid.Formulas;

namespace Hybrid.Devices;

/// <summary>The operations that autodiff may call; every device gives the same bits.</summary>
/// <remarks>
/// <para>
/// <b>Order of sums.</b> A dot product (a layer and its gradients) is one chain of fused
/// multiply-adds in ascending k from +0. Column sums add rows in ascending order from +0. Every other sum
/// (over a row, or over a vector) has 32 partial sums from +0, partial l taking elements l, l + 32, l + 64 …
/// in this order, which then meet as a butterfly: s_l + s_(l xor 16), then 8, 4, 2, 1. That is what a warp
/// does with shuffles, and what two 16-float registers do on a CPU. A missing element adds nothing.
/// </para>
/// <para>
/// <b>Noise.</b> Element (b, d) takes word ⌊d/32⌋ mod 4 of the Philox counter (32·⌊d/128⌋ + d mod 32, b). Normal
/// numbers come in pairs: words 0, 1 give the numbers of blocks 0, 1; words 2, 3 those of blocks 2, 3.
/// </para>
/// <para>Shapes are checked by the plan that calls, not here. Outputs do not overlap inputs unless said.</para>
/// </remarks>
public partial interface IOps
{
    /// <summary>y = value.</summary>
    void Fill(Tensor y, float value);

    /// <summary>y += x.</summary>
    void Add(Tensor x, Tensor y);

    /// <summary>y[b, :] = source[indices[b], :]; indices are 32-bit integers in a [B, 1] tensor.</summary>
    void GatherRows(Tensor source, Tensor indices, Tensor y);

    /// <summary>y = uniform numbers in [0, 1).</summary>
    void Uniforms(Tensor y, in Noise noise);

    /// <summary>y = standard normal numbers.</summary>
    void Normals(Tensor y, in Noise noise);

    /// <summary>x = 1 with probability p, else 0 (<see cref="BernoulliDraw"/>); x may be p.</summary>
    void Binarize(Tensor p, in Noise noise, Tensor x);

    /// <summary>y[B, N] = act(x[B, K]·w[K, N] + bias[N, 1]).</summary>
    void Affine(Tensor x, Tensor w, Tensor bias, Activation act, Tensor y);

    /// <summary>The same, and pre[B, N] = x·w + bias beside it, for the derivative of SiLU and GELU.</summary>
    void Affine(Tensor x, Tensor w, Tensor bias, Activation act, Tensor y, Tensor pre);

    /// <summary>dx[B, K] = (dy[B, N]·w[K, N]ᵀ) ⊙ act′(known): the chain over n first, then the factor.</summary>
    /// <param name="dy">Adjoint of the layer's output.</param>
    /// <param name="w">The layer's weights.</param>
    /// <param name="act">The activation that made the layer's input; after Identity there is no factor.</param>
    /// <param name="known">As in <see cref="ActivateGrad"/>; not read for Identity.</param>
    /// <param name="dx">Adjoint of what that activation was applied to.</param>
    void AffineGradInput(Tensor dy, Tensor w, Activation act, Tensor known, Tensor dx);

    /// <summary>dx[B, K] = dy[B, N]·w[K, N]ᵀ.</summary>
    void AffineGradInput(Tensor dy, Tensor w, Tensor dx) =>
        AffineGradInput(dy, w, Activation.Identity, dx, dx);

    /// <summary>dw[K, N] = x[B, K]ᵀ·dy[B, N].</summary>
    void AffineGradWeight(Tensor x, Tensor dy, Tensor dw);

    /// <summary>dw[K, N] = x[B, K]ᵀ·dy[B, N] and db[N, 1] = Σ_b dy[b, :], as <see cref="ColumnSums"/>.</summary>
    void AffineGradWeight(Tensor x, Tensor dy, Tensor dw, Tensor db);

    /// <summary>
    /// y[N·H·W, Co] = act(bias[Co, 1] + Σ over ky, kx, ci of x at (y + ky − r, x + kx − r)·w), r = ⌊k/2⌋.
    /// </summary>
    /// <remarks>
    /// One chain of fused multiply-adds over ky, kx, ci, all ascending, from +0; a tap outside the image
    /// reads +0 and takes its step like any other. Then + bias, then act.
    /// </remarks>
    /// <param name="x">Images, [N·H·W, Ci].</param>
    /// <param name="w">Weights, [k·k·Ci, Co], rows in the order (ky, kx, ci).</param>
    /// <param name="bias">[Co, 1].</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="act">Follows the bias.</param>
    /// <param name="y">[N·H·W, Co].</param>
    void Conv2d(Tensor x, Tensor w, Tensor bias, in Conv2dShape shape, Activation act, Tensor y);

    /// <summary>dx[N·H·W, Ci]: the same with dy for x, and w turned by half a turn and transposed.</summary>
    /// <remarks>
    /// One chain over ky, kx, co, all ascending, from +0: step (ky, kx, co) takes dy at
    /// (y + ky − r, x + kx − r), +0 outside the image, and w's tap (k − 1 − ky, k − 1 − kx).
    /// </remarks>
    void Conv2dGradInput(Tensor dy, Tensor w, in Conv2dShape shape, Tensor dx);

    /// <summary>dw[k·k·Ci, Co] = Σ over pixels (n, y, x) of x at the tap·dy.</summary>
    /// <remarks>
    /// One chain over n, y, x, all ascending, from +0, of the pixels whose tap lies in the image; others are
    /// skipped.
    /// </remarks>
    void Conv2dGradWeight(Tensor x, Tensor dy, in Conv2dShape shape, Tensor dw);

    /// <summary>y[D, 1] = Σ_b x[b, :].</summary>
    void ColumnSums(Tensor x, Tensor y);

    /// <summary>y[B, 1] = Σ_d x[:, d].</summary>
    void RowSums(Tensor x, Tensor y);

    /// <summary>y[1, 1] = scale · Σ x, over a dense vector x[n, 1].</summary>
    void Sum(Tensor x, float scale, Tensor y);

    /// <summary>y = act(x).</summary>
    void Activate(Activation act, Tensor x, Tensor y);

    /// <summary>dx = dy · act′, from y where the derivative can be read off the output, else from x.</summary>
    /// <param name="act">ReLU, tanh and sigmoid read <paramref name="known"/> = y; SiLU and GELU read x.</param>
    /// <param name="known">The output or the input of the activation.</param>
    /// <param name="dy">Adjoint of the output.</param>
    /// <param name="dx">Adjoint of the input; may be <paramref name="dy"/>.</param>
    void ActivateGrad(Activation act, Tensor known, Tensor dy, Tensor dx);

    /// <summary>kl[b] = Σ_d KL(N(mu, e^logVar) ‖ N(0, 1)), nats (<see cref="KlStandardNormal"/>).</summary>
    void KlRows(Tensor mu, Tensor logVar, Tensor kl);

    /// <summary>dMu = dKl[b]·mu, dLogVar = dKl[b]·½(e^logVar − 1).</summary>
    void KlRowsGrad(Tensor mu, Tensor logVar, Tensor dKl, Tensor dMu, Tensor dLogVar);

    /// <summary>kl[d] = Σ_b KL(N(mu, e^logVar) ‖ N(0, 1)), nats: rows added as in column sums.</summary>
    void KlColumns(Tensor mu, Tensor logVar, Tensor kl);

    /// <summary>dMu = dKl[d]·mu, dLogVar = dKl[d]·½(e^logVar − 1), of a dense dKl[D, 1].</summary>
    void KlColumnsGrad(Tensor mu, Tensor logVar, Tensor dKl, Tensor dMu, Tensor dLogVar);

    /// <summary>z = mu + e^(logVar/2)·ε with ε made in place, and kl as <see cref="KlRows"/>.</summary>
    void ReparameterizeKl(Tensor mu, Tensor logVar, in Noise noise, Tensor z, Tensor kl);

    /// <summary>dMu = dz + dKl[b]·mu, dLogVar = dz·½e^(logVar/2)·ε + dKl[b]·½(e^logVar − 1); ε is made again.</summary>
    void ReparameterizeKlGrad(
        Tensor mu, Tensor logVar, in Noise noise, Tensor dz, Tensor dKl, Tensor dMu, Tensor dLogVar);

    /// <summary>nll[b] = Σ_d −log Bernoulli(x; logits), nats (<see cref="BernoulliNll"/>).</summary>
    void BernoulliNllRows(Tensor logits, Tensor x, Tensor nll);

    /// <summary>dLogits = dNll[b]·(σ(logits) − x).</summary>
    void BernoulliNllRowsGrad(Tensor logits, Tensor x, Tensor dNll, Tensor dLogits);

    /// <summary>nll as <see cref="BernoulliNllRows"/>, dLogits as <see cref="BernoulliNllRowsGrad"/>: one pass.</summary>
    void BernoulliNllRowsWithGrad(Tensor logits, Tensor x, Tensor dNll, Tensor nll, Tensor dLogits);

    /// <summary>nll[b] = Σ_d −log N(x; mean, e^logVar) with one logVar[1, 1] for all, nats (<see cref="GaussianNll"/>).</summary>
    void GaussianNllRows(Tensor x, Tensor mean, Tensor logVar, Tensor nll);

    /// <summary>dMean = dNll[b]·∂/∂mean; dLogVarRows[b] = dNll[b]·Σ_d ∂/∂logVar.</summary>
    void GaussianNllRowsGrad(
        Tensor x, Tensor mean, Tensor logVar, Tensor dNll, Tensor dMean, Tensor dLogVarRows);

    /// <summary>halfPrecision[N, D] = ½e^−logVar and logScale[n] = −½ Σ_d (logVar + log 2π).</summary>
    void GaussianScales(Tensor logVar, Tensor halfPrecision, Tensor logScale);

    /// <summary>y[b] = log (1/N) Σ_n N(z_b; mu_n, diag e^logVar_n), nats (<see cref="MixtureDensity"/>).</summary>
    /// <remarks>
    /// The squares of a pair are one chain of fused multiply-adds in ascending d from +0. Over n there are 32
    /// running log-sum-exps, number l taking components l, l + 32, …, which meet as the sums of a row do.
    /// Nothing of size B·N is stored.
    /// </remarks>
    /// <param name="z">[B, D].</param>
    /// <param name="mu">[N, D].</param>
    /// <param name="halfPrecision">[N, D], from <see cref="GaussianScales"/>.</param>
    /// <param name="logScale">[N, 1], from <see cref="GaussianScales"/>.</param>
    /// <param name="y">[B, 1].</param>
    /// <param name="weights">Of the components, 1/N each unless told; the own one's is added to its scale.</param>
    void MixtureLogDensity(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor y, MixtureWeights weights = default);

    /// <summary>y[b, d] = log (1/N) Σ_n N(z_bd; mu_nd, e^logVar_nd), nats: the mixture's marginals.</summary>
    /// <remarks>
    /// Each column as <see cref="MixtureLogDensity"/> of that column alone, to the bit; nothing of size B·N is stored.
    /// </remarks>
    /// <param name="z">[B, D].</param>
    /// <param name="mu">[N, D].</param>
    /// <param name="logVar">[N, D].</param>
    /// <param name="halfPrecision">[N, D], from <see cref="GaussianScales"/>.</param>
    /// <param name="y">[B, D].</param>
    /// <param name="weights">Of the components, 1/N each unless told.</param>
    void MixtureLogMarginals(
        Tensor z, Tensor mu, Tensor logVar, Tensor halfPrecision, Tensor y, MixtureWeights weights = default);

    /// <summary>One AdamW step of all parameters at once: they lie in one dense tensor.</summary>
    void Adam(Tensor parameters, Tensor gradient, Tensor m, Tensor v, in AdamStep step);

    /// <summary>y[B, N] = x[B, K]·w[K, N]: a layer without bias.</summary>
    void MatrixProduct(Tensor x, Tensor w, Tensor y);

    /// <summary>
    /// <paramref name="count"/> products of one size, one below the other: y_i = a_i·b_i, a_i·b_iᵀ or a_iᵀ·b_i.
    /// </summary>
    /// <param name="factors">Which factor lies transposed.</param>
    /// <param name="a">[count·M, K], or [count·K, M] where it lies transposed.</param>
    /// <param name="b">[count·K, N], or [count·N, K] where it lies transposed.</param>
    /// <param name="count">How many.</param>
    /// <param name="y">[count·M, N].</param>
    void BatchedProduct(Factors factors, Tensor a, Tensor b, int count, Tensor y);

    /// <summary>y[i·M + j, :] = act(a[i, :] + b[j, :]) of a[B, D] and b[M, D]: every pair of rows.</summary>
    void PairSum(Tensor a, Tensor b, Activation act, Tensor y);

    /// <summary>
    /// da[i] = Σ_j g[i·M + j], db[j] = Σ_i g[i·M + j] with g = dy·act′(y); j and i ascending from +0, as in
    /// column sums.
    /// </summary>
    /// <param name="act">Identity, ReLU, tanh or sigmoid: their derivatives are read off the output.</param>
    /// <param name="y">What <see cref="PairSum"/> gave, [B·M, D].</param>
    /// <param name="dy">Its adjoint.</param>
    /// <param name="da">Adjoint of a, [B, D].</param>
    /// <param name="db">Adjoint of b, [M, D].</param>
    void PairSumGrad(Activation act, Tensor y, Tensor dy, Tensor da, Tensor db);

    /// <summary>
    /// nll[i] = log Σ_j e^scores[i, j] − scores[i, i], nats: the row's greatest score is taken off first,
    /// then the terms are summed like any row (<see cref="InfoNceTerm"/>, <see cref="InfoNce"/>).
    /// </summary>
    void InfoNceRows(Tensor scores, Tensor nll);

    /// <summary>
    /// dScores = dNll[i]·(softmax(scores[i, :]) − one-hot i), from the nll of the forward pass.
    /// </summary>
    void InfoNceRowsGrad(Tensor scores, Tensor nll, Tensor dNll, Tensor dScores);

    /// <summary>loss[b] = Σ_d (prediction − target)² (<see cref="SquaredError"/>).</summary>
    void SquaredErrorRows(Tensor prediction, Tensor target, Tensor loss);

    /// <summary>dPrediction = dLoss[b]·2(prediction − target).</summary>
    void SquaredErrorRowsGrad(Tensor prediction, Tensor target, Tensor dLoss, Tensor dPrediction);

    /// <summary>
    /// loss as <see cref="SquaredErrorRows"/>, dPrediction as <see cref="SquaredErrorRowsGrad"/>: one pass.
    /// </summary>
    void SquaredErrorRowsWithGrad(Tensor prediction, Tensor target, Tensor dLoss, Tensor loss, Tensor dPrediction);

    /// <summary>
    /// The same with target = <see cref="Normals"/> of <paramref name="noise"/>, made again in place.
    /// </summary>
    void NoisePredictionRowsWithGrad(
        Tensor prediction, in Noise noise, Tensor dLoss, Tensor loss, Tensor dPrediction);

    /// <summary>
    /// logSnr[b] of the cosine schedule at t[b] in [0, 1] (<see cref="Formulas.CosineLogSnr"/>).
    /// </summary>
    void CosineLogSnr(Tensor t, Tensor logSnr);

    /// <summary>z[b, :] = α·x[b, :] + σ·eps[b, :] at logSnr[b] (<see cref="Formulas.Diffuse"/>).</summary>
    void Diffuse(Tensor x, Tensor logSnr, Tensor eps, Tensor z);

    /// <summary>z as <see cref="Diffuse"/>, with eps made in place and written beside it.</summary>
    void DiffuseNoise(Tensor x, Tensor logSnr, in Noise noise, Tensor z, Tensor eps);

    /// <summary>The same z, eps unwritten: whoever needs it makes it again.</summary>
    void DiffuseNoise(Tensor x, Tensor logSnr, in Noise noise, Tensor z);

    /// <summary>
    /// y[B, 2F]: sin and then cos of t[b]·frequencies[f] turns, of a dense [F, 1]
    /// (<see cref="TimeFeatures"/>).
    /// </summary>
    void TimeEmbedding(Tensor t, Tensor frequencies, Tensor y);
}
