using Hybrid.Formulas;
using Hybrid.Kernels;
using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

/// <summary>The operations on a GPU: each launches the rung in use of its ladder.</summary>
sealed partial class GpuOps(GpuDevice device) : IOps
{
    Rows View(Tensor tensor) => device.Arena.View(tensor);

    void Launch<TArguments>(Ladder<TArguments> ladder, in TArguments arguments) where TArguments : struct =>
        device.Launch(ladder.For(arguments), arguments);

    /// <summary>
    /// The exact ladder, or one of tensor cores where it is asked for and there are outputs enough for it to win.
    /// </summary>
    void LaunchProduct<TArguments>(
        Ladder<TArguments> fp32, Ladder<TArguments> tf32, Ladder<TArguments> bf16, in TArguments product)
        where TArguments : struct, IProduct => Launch(
            Product.HasFewOutputs(product.M, product.N) ? fp32 : device.Precision switch
            {
                Precision.Tf32 => tf32,
                Precision.Bf16 => bf16,
                _ => fp32,
            },
            product);

    /// <summary>Tensors without gaps are one long row, whatever their shape.</summary>
    static (int B, int D) Extent(Tensor tensor, bool dense) =>
        dense ? (1, checked((int)tensor.Length)) : (tensor.Rows, tensor.Cols);

    public void Fill(Tensor y, float value)
    {
        var (b, d) = Extent(y, y.IsDense);
        Launch(K.Fill.Ladder, new(View(y), value, b, d));
    }

    public void Add(Tensor x, Tensor y)
    {
        var (b, d) = Extent(y, x.IsDense && y.IsDense);
        Launch(K.Add.Ladder, new(View(x), View(y), b, d));
    }

    public void GatherRows(Tensor source, Tensor indices, Tensor y) =>
        Launch(K.GatherRows.Ladder, new(View(source), View(indices), View(y), y.Rows, y.Cols));

    public void Uniforms(Tensor y, in Noise noise) =>
        Launch(K.Uniforms.Ladder, new(View(y), noise, y.Rows, y.Cols));

    public void Normals(Tensor y, in Noise noise) =>
        Launch(K.Normals.Ladder, new(View(y), noise, y.Rows, y.Cols));

    public void Binarize(Tensor p, in Noise noise, Tensor x) =>
        Launch(K.Binarize.Ladder, new(View(p), noise, View(x), p.Rows, p.Cols));

    public void Affine(Tensor x, Tensor w, Tensor bias, Activation act, Tensor y) =>
        Affine(x, w, bias, act, y, y, keepsPre: 0);

    public void Affine(Tensor x, Tensor w, Tensor bias, Activation act, Tensor y, Tensor pre) =>
        Affine(x, w, bias, act, y, pre, keepsPre: 1);

    void Affine(Tensor x, Tensor w, Tensor bias, Activation act, Tensor y, Tensor pre, int keepsPre) =>
        LaunchProduct(K.Affine.Ladder, Tf32Products.AffineTf32, Bf16Products.AffineBf16, new(
            View(x), View(w), View(bias), act, View(y), View(pre), keepsPre, x.Rows, w.Cols, x.Cols));

    public void AffineGradInput(Tensor dy, Tensor w, Activation act, Tensor known, Tensor dx) => LaunchProduct(
        K.AffineGradInput.Ladder, Tf32Products.AffineGradInputTf32, Bf16Products.AffineGradInputBf16, new(
            View(dy), View(w), act, View(act == Activation.Identity ? dx : known), View(dx),
            dy.Rows, Units: dy.Cols, Inputs: w.Rows));

    public void AffineGradWeight(Tensor x, Tensor dy, Tensor dw) => LaunchProduct(
        K.AffineGradWeight.Ladder, Tf32Products.AffineGradWeightTf32, Bf16Products.AffineGradWeightBf16,
        new(View(x), View(dy), View(dw), x.Rows, Units: dy.Cols, Inputs: x.Cols));

    public void AffineGradWeight(Tensor x, Tensor dy, Tensor dw, Tensor db)
    {
        AffineGradWeight(x, dy, dw);
        ColumnSums(dy, db);
    }

    public void Conv2d(Tensor x, Tensor w, Tensor bias, in Conv2dShape shape, Activation act, Tensor y) =>
        Launch(K.Conv2d.Ladder, new(View(x), View(w), View(bias), act, View(y), shape));

    public void Conv2dGradInput(Tensor dy, Tensor w, in Conv2dShape shape, Tensor dx) =>
        Launch(K.Conv2dGradInput.Ladder, new(View(dy), View(w), View(dx), shape));

    public void Conv2dGradWeight(Tensor x, Tensor dy, in Conv2dShape shape, Tensor dw) =>
        Launch(K.Conv2dGradWeight.Ladder, new(View(x), View(dy), View(dw), shape));

    public void ColumnSums(Tensor x, Tensor y) =>
        Launch(K.ColumnSums.Ladder, new(View(x), View(y), x.Rows, x.Cols));

    public void RowSums(Tensor x, Tensor y) =>
        Launch(K.RowSums.Ladder, new(View(x), View(y), x.Rows, x.Cols));

    public void Sum(Tensor x, float scale, Tensor y)
    {
        var vector = x.Flat();
        Launch(K.Sum.Ladder, new(View(vector), scale, View(y), vector.Rows));
    }

    public void Activate(Activation act, Tensor x, Tensor y)
    {
        var (b, d) = Extent(y, x.IsDense && y.IsDense);
        Launch(K.Activate.Ladder, new(act, View(x), View(y), b, d));
    }

    public void ActivateGrad(Activation act, Tensor known, Tensor dy, Tensor dx)
    {
        var (b, d) = Extent(dx, known.IsDense && dy.IsDense && dx.IsDense);
        Launch(K.ActivateGrad.Ladder, new(act, View(known), View(dy), View(dx), b, d));
    }

    public void KlRows(Tensor mu, Tensor logVar, Tensor kl) =>
        Launch(K.KlRows.Ladder, new(View(mu), View(logVar), View(kl), mu.Rows, mu.Cols));

    public void KlRowsGrad(Tensor mu, Tensor logVar, Tensor dKl, Tensor dMu, Tensor dLogVar) => Launch(
        K.KlRowsGrad.Ladder,
        new(View(mu), View(logVar), View(dKl), View(dMu), View(dLogVar), mu.Rows, mu.Cols));

    public void KlColumns(Tensor mu, Tensor logVar, Tensor kl) =>
        Launch(K.KlColumns.Ladder, new(View(mu), View(logVar), View(kl), mu.Rows, mu.Cols));

    public void KlColumnsGrad(Tensor mu, Tensor logVar, Tensor dKl, Tensor dMu, Tensor dLogVar) => Launch(
        K.KlColumnsGrad.Ladder,
        new(View(mu), View(logVar), View(dKl), View(dMu), View(dLogVar), mu.Rows, mu.Cols));

    public void ReparameterizeKl(Tensor mu, Tensor logVar, in Noise noise, Tensor z, Tensor kl) => Launch(
        K.ReparameterizeKl.Ladder,
        new(View(mu), View(logVar), noise, View(z), View(kl), mu.Rows, mu.Cols));

    public void ReparameterizeKlGrad(
        Tensor mu, Tensor logVar, in Noise noise, Tensor dz, Tensor dKl, Tensor dMu, Tensor dLogVar) =>
        Launch(K.ReparameterizeKlGrad.Ladder, new(
            View(mu), View(logVar), noise, View(dz), View(dKl), View(dMu), View(dLogVar), mu.Rows, mu.Cols));

    public void BernoulliNllRows(Tensor logits, Tensor x, Tensor nll) =>
        Launch(K.BernoulliNllRows.Ladder, new(View(logits), View(x), View(nll), x.Rows, x.Cols));

    public void BernoulliNllRowsGrad(Tensor logits, Tensor x, Tensor dNll, Tensor dLogits) => Launch(
        K.BernoulliNllRowsGrad.Ladder, new(View(logits), View(x), View(dNll), View(dLogits), x.Rows, x.Cols));

    public void BernoulliNllRowsWithGrad(Tensor logits, Tensor x, Tensor dNll, Tensor nll, Tensor dLogits) => Launch(
        K.BernoulliNllRowsWithGrad.Ladder,
        new(View(logits), View(x), View(dNll), View(nll), View(dLogits), x.Rows, x.Cols));

    public void GaussianNllRows(Tensor x, Tensor mean, Tensor logVar, Tensor nll) => Launch(
        K.GaussianNllRows.Ladder, new(View(x), View(mean), View(logVar), View(nll), x.Rows, x.Cols));

    public void GaussianNllRowsGrad(
        Tensor x, Tensor mean, Tensor logVar, Tensor dNll, Tensor dMean, Tensor dLogVarRows) => Launch(
        K.GaussianNllRowsGrad.Ladder, new(
            View(x), View(mean), View(logVar), View(dNll), View(dMean), View(dLogVarRows), x.Rows, x.Cols));

    public void Adam(Tensor parameters, Tensor gradient, Tensor m, Tensor v, in AdamStep step) => Launch(
        K.AdamUpdate.Ladder, new(
            Row(parameters), Row(gradient), Row(m), Row(v), step, checked((int)parameters.Length)));

    public void MatrixProduct(Tensor x, Tensor w, Tensor y) =>
        Launch(K.MatrixProduct.Ladder, new(View(x), View(w), View(y), x.Rows, w.Cols, x.Cols));

    public void BatchedProduct(Factors factors, Tensor a, Tensor b, int count, Tensor y)
    {
        var depth = factors == Factors.LeftTransposed ? a.Rows / count : a.Cols;
        Launch(K.BatchedProduct.Ladder(factors),
            new(View(a), View(b), View(y), count, y.Rows / count, y.Cols, depth));
    }

    public void PairSum(Tensor a, Tensor b, Activation act, Tensor y) =>
        Launch(K.PairSum.Ladder, new(View(a), View(b), act, View(y), a.Rows, b.Rows, a.Cols));

    public void PairSumGrad(Activation act, Tensor y, Tensor dy, Tensor da, Tensor db) => Launch(
        K.PairSumGrad.Ladder,
        new(act, View(y), View(dy), View(da), View(db), da.Rows, db.Rows, da.Cols));

    public void InfoNceRows(Tensor scores, Tensor nll) =>
        Launch(K.InfoNceRows.Ladder, new(View(scores), View(nll), scores.Rows, scores.Cols));

    public void InfoNceRowsGrad(Tensor scores, Tensor nll, Tensor dNll, Tensor dScores) => Launch(
        K.InfoNceRowsGrad.Ladder,
        new(View(scores), View(nll), View(dNll), View(dScores), scores.Rows, scores.Cols));

    public void SquaredErrorRows(Tensor prediction, Tensor target, Tensor loss) => Launch(
        K.SquaredErrorRows.Ladder,
        new(View(prediction), View(target), View(loss), target.Rows, target.Cols));

    public void SquaredErrorRowsGrad(Tensor prediction, Tensor target, Tensor dLoss, Tensor dPrediction) =>
        Launch(K.SquaredErrorRowsGrad.Ladder, new(
            View(prediction), View(target), View(dLoss), View(dPrediction), target.Rows, target.Cols));

    public void SquaredErrorRowsWithGrad(
        Tensor prediction, Tensor target, Tensor dLoss, Tensor loss, Tensor dPrediction) => Launch(
        K.SquaredErrorRowsWithGrad.Ladder, new(
            View(prediction), View(target), View(dLoss), View(loss), View(dPrediction),
            target.Rows, target.Cols));

    public void NoisePredictionRowsWithGrad(
        Tensor prediction, in Noise noise, Tensor dLoss, Tensor loss, Tensor dPrediction) => Launch(
        K.NoisePredictionRowsWithGrad.Ladder, new(
            View(prediction), noise, View(dLoss), View(loss), View(dPrediction),
            prediction.Rows, prediction.Cols));

    public void CosineLogSnr(Tensor t, Tensor logSnr) =>
        Launch(K.CosineLogSnr.Ladder, new(View(t), View(logSnr), t.Rows, t.Cols));

    public void Diffuse(Tensor x, Tensor logSnr, Tensor eps, Tensor z) =>
        Launch(K.Diffuse.Ladder, new(View(x), View(logSnr), View(eps), View(z), x.Rows, x.Cols));

    public void DiffuseNoise(Tensor x, Tensor logSnr, in Noise noise, Tensor z, Tensor eps) =>
        DiffuseNoise(x, logSnr, noise, z, eps, keepsEps: 1);

    public void DiffuseNoise(Tensor x, Tensor logSnr, in Noise noise, Tensor z) =>
        DiffuseNoise(x, logSnr, noise, z, z, keepsEps: 0);

    void DiffuseNoise(Tensor x, Tensor logSnr, in Noise noise, Tensor z, Tensor eps, int keepsEps) => Launch(
        K.DiffuseNoise.Ladder,
        new(View(x), View(logSnr), noise, View(z), View(eps), keepsEps, x.Rows, x.Cols));

    public void TimeEmbedding(Tensor t, Tensor frequencies, Tensor y) => Launch(
        K.TimeEmbedding.Ladder, new(View(t), View(frequencies), View(y), t.Rows, frequencies.Rows));

    public void GaussianScales(Tensor logVar, Tensor halfPrecision, Tensor logScale) => Launch(
        K.GaussianScales.Ladder,
        new(View(logVar), View(halfPrecision), View(logScale), logVar.Rows, logVar.Cols));

    public void MixtureLogDensity(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor y, MixtureWeights weights) => Launch(
        K.MixtureLogDensity.Ladder, new(
            View(z), View(mu), View(halfPrecision), View(logScale), weights.LogCount(mu.Rows), weights.LogOwn(mu.Rows),
            View(y), z.Rows, mu.Rows, z.Cols));

    public void MixtureLogMarginals(
        Tensor z, Tensor mu, Tensor logVar, Tensor halfPrecision, Tensor y, MixtureWeights weights) => Launch(
        K.MixtureLogMarginals.Ladder, new(
            View(z), View(mu), View(logVar), View(halfPrecision), weights.LogCount(mu.Rows), weights.LogOwn(mu.Rows),
            View(y), z.Rows, mu.Rows, z.Cols));

    /// <summary>A dense tensor as one row.</summary>
    Rows Row(Tensor tensor)
    {
        var vector = tensor.Flat();
        return View(vector with { Rows = 1, Cols = vector.Rows, Stride = 4 });
    }
}
