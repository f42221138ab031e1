namespace Hybrid.Autodiff

open Hybrid.Devices
open Hybrid.Formulas

/// One operation over tensors: what a plan runs.
type Launch =
    {
        Op: Op<Tensor>
        Out: Tensor
        /// The second output, where the operation has one and someone reads it; else Out again.
        Out2: Tensor
    }

module Launch =
    let private forward (ops: IOps) (seed: uint64) (step: uint32) (y: Tensor) (y2: Tensor) op =
        match op with
        | Affine(x, w, bias, act) when y.Equals y2 -> ops.Affine(x, w, bias, act, y)
        | Affine(x, w, bias, act) -> ops.Affine(x, w, bias, act, y, y2)
        | Activate(act, x) -> ops.Activate(act, x, y)
        | ReparameterizeKl(mu, logVar, stream) ->
            let noise = Noise(seed, step, stream)
            ops.ReparameterizeKl(mu, logVar, &noise, y, y2)
        | KlRows(mu, logVar) -> ops.KlRows(mu, logVar, y)
        | KlColumns(mu, logVar) -> ops.KlColumns(mu, logVar, y)
        | BernoulliNllRows(logits, x) -> ops.BernoulliNllRows(logits, x, y)
        | GaussianNllRows(x, mean, logVar) -> ops.GaussianNllRows(x, mean, logVar, y)
        | PixelNllRows(likelihood, output, x) -> ops.PixelNllRows(likelihood, output, x, y)
        | PixelMeans(likelihood, output) -> ops.PixelMeans(likelihood, output, y)
        | LogRatioRows(z, mu, logVar) -> ops.LogRatioRows(z, mu, logVar, y)
        | ImportanceNllRows surprise -> ops.ImportanceNllRows(surprise, y, y2)
        | GaussianLogDensityRows(x, mu, logVar) -> ops.GaussianLogDensityRows(x, mu, logVar, y)
        | GaussianScales logVar -> ops.GaussianScales(logVar, y, y2)
        | MixtureLogDensity m -> ops.MixtureLogDensity(m.Z, m.Mu, m.HalfPrecision, m.Scale, y, m.Weights)
        | MixtureLogMarginals m -> ops.MixtureLogMarginals(m.Z, m.Mu, m.Scale, m.HalfPrecision, y, m.Weights)
        | AffineCoupling(x, s, t) -> ops.AffineCoupling(x, s, t, y, y2)
        | AffineCouplingInverse(x, s, t) -> ops.AffineCouplingInverse(x, s, t, y)
        | Scale(x, factor) -> ops.Scale(x, factor, y)
        | Plus(x, _) -> ops.Add(x, y) // the plan has put the other summand into y
        | MatrixProduct(x, w) -> ops.MatrixProduct(x, w, y)
        | PairProducts(a, b) -> ops.AffineGradInput(a, b, y) // a·bᵀ, whatever it is for
        | BatchedProduct(factors, a, b, count) -> ops.BatchedProduct(factors, a, b, count, y)
        | Attention(q, k, v, size) -> ops.Attention(q, k, v, &size, y, y2)
        | PairSum(a, b, act) -> ops.PairSum(a, b, act, y)
        | InfoNceRows scores -> ops.InfoNceRows(scores, y)
        | CrossEntropyRows(logits, labels) -> ops.CrossEntropyRows(logits, labels, y)
        | SquaredErrorRows(prediction, target) -> ops.SquaredErrorRows(prediction, target, y)
        | Uniforms(_, stream) ->
            let noise = Noise(seed, step, stream)
            ops.Uniforms(y, &noise)
        | PermuteColumns(x, keys) -> ops.PermuteColumns(x, keys, y)
        | CosineLogSnr t -> ops.CosineLogSnr(t, y)
        | ScheduleLogSnr(t, curve) -> ops.ScheduleLogSnr(&curve, t, y)
        | Diffuse(x, logSnr, eps) -> ops.Diffuse(x, logSnr, eps, y)
        | DiffuseNoise(x, logSnr, stream) ->
            let noise = Noise(seed, step, stream)

            if y.Equals y2 then
                ops.DiffuseNoise(x, logSnr, &noise, y)
            else
                ops.DiffuseNoise(x, logSnr, &noise, y, y2)
        | TimeEmbedding(t, frequencies) -> ops.TimeEmbedding(t, frequencies, y)
        | Conv2d(x, w, bias, size, act) -> ops.Conv2d(x, w, bias, &size, act, y)
        | TransposeBlocks(x, high, width) -> ops.TransposeBlocks(x, high, width, y)
        | ModulatedLayerNorm(x, shift, scale) -> ops.ModulatedLayerNorm(x, shift, scale, y, y2)
        | AddGated(x, h, gate) -> ops.AddGated(x, h, gate, y)
        | GroupNorm(x, gain, bias, size, act) -> ops.GroupNorm(x, gain, bias, &size, act, y, y2)
        | Downsample(x, factor, size) -> ops.Downsample(x, factor, &size, y)
        | Upsample(x, factor, size) -> ops.Upsample(x, factor, &size, y)
        | PlusPerImage(x, _, pixels) -> ops.AddPerImage(x, pixels, y) // as Plus
        | Split _
        | Join _ // its parts were written in place
        | BroadcastRows _
        | Reshape _
        | Detach _ -> () // views

    let private backward (ops: IOps) (seed: uint64) (step: uint32) (y: Tensor) (y2: Tensor) op =
        match op with
        | Sum(x, scale) -> ops.Sum(x, scale, y)
        | Add(x, _) -> ops.Add(x, y) // the plan has put the other summand into y
        | ColumnSums x -> ops.ColumnSums(x, y)
        | Zero _ -> ops.Fill(y, 0f)
        | AffineGradInput(dy, w, None) -> ops.AffineGradInput(dy, w, y)
        | AffineGradInput(dy, w, Some(act, known)) -> ops.AffineGradInput(dy, w, act, known, y)
        | AffineGradWeight(x, dy) when y.Equals y2 -> ops.AffineGradWeight(x, dy, y)
        | AffineGradWeight(x, dy) -> ops.AffineGradWeight(x, dy, y, y2)
        | ActivateGrad(act, known, dy) -> ops.ActivateGrad(act, known, dy, y)
        | ReparameterizeKlGrad(mu, logVar, dz, dKl, stream) ->
            let noise = Noise(seed, step, stream)
            ops.ReparameterizeKlGrad(mu, logVar, &noise, dz, dKl, y, y2)
        | KlRowsGrad(mu, logVar, dKl) -> ops.KlRowsGrad(mu, logVar, dKl, y, y2)
        | KlColumnsGrad(mu, logVar, dKl) -> ops.KlColumnsGrad(mu, logVar, dKl, y, y2)
        | LogRatioRowsGradDraw(z, mu, logVar, dRatio) -> ops.LogRatioRowsGradDraw(z, mu, logVar, dRatio, y)
        | LogRatioRowsGrad(z, mu, logVar, dRatio) -> ops.LogRatioRowsGrad(z, mu, logVar, dRatio, y, y2)
        | ScaleRows(x, s) -> ops.ScaleRows(x, s, y)
        | BernoulliNllRowsGrad(logits, x, dNll) -> ops.BernoulliNllRowsGrad(logits, x, dNll, y)
        | BernoulliNllRowsWithGrad(logits, x, dNll) -> ops.BernoulliNllRowsWithGrad(logits, x, dNll, y, y2)
        | GaussianNllRowsGrad(x, mean, logVar, dNll) -> ops.GaussianNllRowsGrad(x, mean, logVar, dNll, y, y2)
        | PixelNllRowsGrad(likelihood, output, x, dNll) ->
            ops.PixelNllRowsGrad(likelihood, output, x, dNll, y)
        | PixelNllRowsWithGrad(likelihood, output, x, dNll) ->
            ops.PixelNllRowsWithGrad(likelihood, output, x, dNll, y, y2)
        | GaussianLogDensityRowsGrad(x, mu, logVar, dy) ->
            ops.GaussianLogDensityRowsGrad(x, mu, logVar, dy, y, y2)
        | GaussianScalesGrad(halfPrecision, dHalfPrecision, dLogScale) ->
            ops.GaussianScalesGrad(halfPrecision, dHalfPrecision, dLogScale, y)
        | MixtureGradRows(m, logDensity, dy) ->
            ops.MixtureGradRows(m.Z, m.Mu, m.HalfPrecision, m.Scale, logDensity, dy, y, m.Weights)
        | MixtureGradComponents(m, logDensity, dy) ->
            let dHalf, dScale = y2.Columns(0, m.Mu.Cols), y2.Columns(m.Mu.Cols, 1)
            let z, mu, half, scale = m.Z, m.Mu, m.HalfPrecision, m.Scale
            ops.MixtureGradComponents(z, mu, half, scale, logDensity, dy, y, dHalf, dScale, m.Weights)
        | MixtureMarginalGradRows(m, marginals, dy) ->
            ops.MixtureMarginalGradRows(m.Z, m.Mu, m.Scale, m.HalfPrecision, marginals, dy, y, m.Weights)
        | MixtureMarginalGradComponents(m, marginals, dy) ->
            let dHalf, dLogVar = y2.Columns(0, m.Mu.Cols), y2.Columns(m.Mu.Cols, m.Mu.Cols)
            let z, mu, logVar, half = m.Z, m.Mu, m.Scale, m.HalfPrecision

            ops.MixtureMarginalGradComponents(
                z,
                mu,
                logVar,
                half,
                marginals,
                dy,
                y,
                dHalf,
                dLogVar,
                m.Weights
            )
        | AffineCouplingGrad(x, s, dy, dLogDet) -> ops.AffineCouplingGrad(x, s, dy, dLogDet, y, y2)
        | PairSumGrad(act, known, dy) -> ops.PairSumGrad(act, known, dy, y, y2)
        | AttentionDelta(known, dy, dLogSum) -> ops.AttentionDelta(known, dy, dLogSum, y)
        | AttentionGradQuery(q, k, v, dy, logSum, delta, size) ->
            ops.AttentionGradQuery(q, k, v, dy, logSum, delta, &size, y)
        | AttentionGradKeyValue(q, k, v, dy, logSum, delta, size) ->
            ops.AttentionGradKeyValue(q, k, v, dy, logSum, delta, &size, y, y2)
        | InfoNceRowsGrad(scores, nll, dNll) -> ops.InfoNceRowsGrad(scores, nll, dNll, y)
        | CrossEntropyRowsGrad(logits, labels, nll, dNll) ->
            ops.CrossEntropyRowsGrad(logits, labels, nll, dNll, y)
        | SquaredErrorRowsGrad(prediction, target, dLoss) ->
            ops.SquaredErrorRowsGrad(prediction, target, dLoss, y)
        | SquaredErrorRowsWithGrad(prediction, target, dLoss) ->
            ops.SquaredErrorRowsWithGrad(prediction, target, dLoss, y, y2)
        | NoisePredictionRowsWithGrad(prediction, dLoss, stream) ->
            let noise = Noise(seed, step, stream)
            ops.NoisePredictionRowsWithGrad(prediction, &noise, dLoss, y, y2)
        | ModulatedLayerNormGrad(x, scale, statistics, dy) ->
            ops.ModulatedLayerNormGrad(x, scale, statistics, dy, y)
        | ModulationGrad(x, statistics, dy) -> ops.ModulationGrad(x, statistics, dy, y, y2)
        | AddGatedGrad(h, gate, dy) -> ops.AddGatedGrad(h, gate, dy, y, y2)
        | Conv2dGradInput(dy, w, size) -> ops.Conv2dGradInput(dy, w, &size, y)
        | Conv2dGradWeight(x, dy, size) -> ops.Conv2dGradWeight(x, dy, &size, y)
        | GroupNormSums(x, moments, gain, bias, dy, size, act) ->
            ops.GroupNormSums(x, moments, gain, bias, dy, &size, act, y, y2)
        | GroupNormGrad(x, moments, gain, bias, dy, sums, products, size, act) ->
            ops.GroupNormGrad(x, moments, gain, bias, dy, sums, products, &size, act, y)
        | SumPerImage(x, pixels) -> ops.SumPerImage(x, pixels, y)

    /// Runs one launch; the noise is that of (seed, step, the operation's stream). Allocates nothing.
    let run (ops: IOps) seed step launch =
        match launch.Op with
        | Leaf _ -> ()
        | Forward op -> forward ops seed step launch.Out launch.Out2 op
        | Backward op -> backward ops seed step launch.Out launch.Out2 op
