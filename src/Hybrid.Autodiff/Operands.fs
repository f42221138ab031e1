namespace Hybrid.Autodiff

open Hybrid.Formulas
open Hybrid.Autodiff // its cases before formulas of the same names

module Op =
    /// Whether an activation's derivative must be read off its input: two inputs share an output.
    let readsInput act =
        match act with
        | Activation.Silu
        | Activation.Gelu -> true
        | _ -> false

    /// Whether an operation only names memory that others fill: nothing runs.
    let isView op =
        match op with
        | Leaf _
        | Forward(Split _ | Join _ | BroadcastRows _ | Reshape _ | Detach _) -> true
        | _ -> false

    let private mapForward (f: 'a -> 'b) op : Forward<'b> =
        match op with
        | Affine(x, w, bias, act) -> Affine(f x, f w, f bias, act)
        | Activate(act, x) -> Activate(act, f x)
        | Split(x, cols) -> Split(f x, cols)
        | Join parts -> Join(List.map f parts)
        | BroadcastRows(v, rows) -> BroadcastRows(f v, rows)
        | ReparameterizeKl(mu, logVar, stream) -> ReparameterizeKl(f mu, f logVar, stream)
        | KlRows(mu, logVar) -> KlRows(f mu, f logVar)
        | KlColumns(mu, logVar) -> KlColumns(f mu, f logVar)
        | BernoulliNllRows(logits, x) -> BernoulliNllRows(f logits, f x)
        | GaussianNllRows(x, mean, logVar) -> GaussianNllRows(f x, f mean, f logVar)
        | PixelNllRows(likelihood, output, x) -> PixelNllRows(likelihood, f output, f x)
        | PixelMeans(likelihood, output) -> PixelMeans(likelihood, f output)
        | LogRatioRows(z, mu, logVar) -> LogRatioRows(f z, f mu, f logVar)
        | ImportanceNllRows surprise -> ImportanceNllRows(f surprise)
        | Detach x -> Detach(f x)
        | GaussianLogDensityRows(x, mu, logVar) -> GaussianLogDensityRows(f x, f mu, f logVar)
        | GaussianScales logVar -> GaussianScales(f logVar)
        | MixtureLogDensity mixture -> MixtureLogDensity(mixture.Map f)
        | MixtureLogMarginals mixture -> MixtureLogMarginals(mixture.Map f)
        | AffineCoupling(x, s, t) -> AffineCoupling(f x, f s, f t)
        | AffineCouplingInverse(y, s, t) -> AffineCouplingInverse(f y, f s, f t)
        | Scale(x, factor) -> Scale(f x, factor)
        | Plus(x, y) -> Plus(f x, f y)
        | Reshape(x, shape) -> Reshape(f x, shape)
        | MatrixProduct(x, w) -> MatrixProduct(f x, f w)
        | PairProducts(a, b) -> PairProducts(f a, f b)
        | BatchedProduct(factors, a, b, count) -> BatchedProduct(factors, f a, f b, count)
        | Attention(q, k, v, size) -> Attention(f q, f k, f v, size)
        | PairSum(a, b, act) -> PairSum(f a, f b, act)
        | InfoNceRows scores -> InfoNceRows(f scores)
        | CrossEntropyRows(logits, y) -> CrossEntropyRows(f logits, f y)
        | SquaredErrorRows(prediction, target) -> SquaredErrorRows(f prediction, f target)
        | Uniforms(shape, stream) -> Uniforms(shape, stream)
        | PermuteColumns(x, keys) -> PermuteColumns(f x, f keys)
        | CosineLogSnr t -> CosineLogSnr(f t)
        | ScheduleLogSnr(t, curve) -> ScheduleLogSnr(f t, curve)
        | Diffuse(x, logSnr, eps) -> Diffuse(f x, f logSnr, f eps)
        | DiffuseNoise(x, logSnr, stream) -> DiffuseNoise(f x, f logSnr, stream)
        | TimeEmbedding(t, frequencies) -> TimeEmbedding(f t, f frequencies)
        | Conv2d(x, w, bias, size, act) -> Conv2d(f x, f w, f bias, size, act)
        | TransposeBlocks(x, high, width) -> TransposeBlocks(f x, high, width)
        | ModulatedLayerNorm(x, shift, scale) -> ModulatedLayerNorm(f x, f shift, f scale)
        | AddGated(x, h, gate) -> AddGated(f x, f h, f gate)
        | GroupNorm(x, gain, bias, size, act) -> GroupNorm(f x, f gain, f bias, size, act)
        | Downsample(x, factor, size) -> Downsample(f x, factor, size)
        | Upsample(x, factor, size) -> Upsample(f x, factor, size)
        | PlusPerImage(x, y, pixels) -> PlusPerImage(f x, f y, pixels)

    let private mapBackward (f: 'a -> 'b) op : Backward<'b> =
        match op with
        | Sum(x, scale) -> Sum(f x, scale)
        | Add(x, y) -> Add(f x, f y)
        | ColumnSums x -> ColumnSums(f x)
        | Zero shape -> Zero shape
        | AffineGradInput(dy, w, act) ->
            AffineGradInput(f dy, f w, Option.map (fun (act, known) -> act, f known) act)
        | AffineGradWeight(x, dy) -> AffineGradWeight(f x, f dy)
        | ActivateGrad(act, known, dy) -> ActivateGrad(act, f known, f dy)
        | ReparameterizeKlGrad(mu, logVar, dz, dKl, stream) ->
            ReparameterizeKlGrad(f mu, f logVar, f dz, f dKl, stream)
        | KlRowsGrad(mu, logVar, dKl) -> KlRowsGrad(f mu, f logVar, f dKl)
        | KlColumnsGrad(mu, logVar, dKl) -> KlColumnsGrad(f mu, f logVar, f dKl)
        | LogRatioRowsGradDraw(z, mu, logVar, dRatio) -> LogRatioRowsGradDraw(f z, f mu, f logVar, f dRatio)
        | LogRatioRowsGrad(z, mu, logVar, dRatio) -> LogRatioRowsGrad(f z, f mu, f logVar, f dRatio)
        | ScaleRows(x, s) -> ScaleRows(f x, f s)
        | BernoulliNllRowsGrad(logits, x, dNll) -> BernoulliNllRowsGrad(f logits, f x, f dNll)
        | BernoulliNllRowsWithGrad(logits, x, dNll) -> BernoulliNllRowsWithGrad(f logits, f x, f dNll)
        | GaussianNllRowsGrad(x, mean, logVar, dNll) -> GaussianNllRowsGrad(f x, f mean, f logVar, f dNll)
        | PixelNllRowsGrad(likelihood, output, x, dNll) -> PixelNllRowsGrad(likelihood, f output, f x, f dNll)
        | PixelNllRowsWithGrad(likelihood, output, x, dNll) ->
            PixelNllRowsWithGrad(likelihood, f output, f x, f dNll)
        | GaussianLogDensityRowsGrad(x, mu, v, dy) -> GaussianLogDensityRowsGrad(f x, f mu, f v, f dy)
        | GaussianScalesGrad(half, dHalf, dScale) -> GaussianScalesGrad(f half, f dHalf, f dScale)
        | MixtureGradRows(mixture, y, dy) -> MixtureGradRows(mixture.Map f, f y, f dy)
        | MixtureGradComponents(mixture, y, dy) -> MixtureGradComponents(mixture.Map f, f y, f dy)
        | MixtureMarginalGradRows(mixture, y, dy) -> MixtureMarginalGradRows(mixture.Map f, f y, f dy)
        | MixtureMarginalGradComponents(mixture, y, dy) ->
            MixtureMarginalGradComponents(mixture.Map f, f y, f dy)
        | AffineCouplingGrad(x, s, dy, dLogDet) -> AffineCouplingGrad(f x, f s, f dy, f dLogDet)
        | PairSumGrad(act, y, dy) -> PairSumGrad(act, f y, f dy)
        | AttentionDelta(y, dy, dLogSum) -> AttentionDelta(f y, f dy, f dLogSum)
        | AttentionGradQuery(q, k, v, dy, logSum, delta, size) ->
            AttentionGradQuery(f q, f k, f v, f dy, f logSum, f delta, size)
        | AttentionGradKeyValue(q, k, v, dy, logSum, delta, size) ->
            AttentionGradKeyValue(f q, f k, f v, f dy, f logSum, f delta, size)
        | InfoNceRowsGrad(scores, nll, dNll) -> InfoNceRowsGrad(f scores, f nll, f dNll)
        | CrossEntropyRowsGrad(logits, y, nll, dNll) -> CrossEntropyRowsGrad(f logits, f y, f nll, f dNll)
        | SquaredErrorRowsGrad(prediction, target, dLoss) ->
            SquaredErrorRowsGrad(f prediction, f target, f dLoss)
        | SquaredErrorRowsWithGrad(prediction, target, dLoss) ->
            SquaredErrorRowsWithGrad(f prediction, f target, f dLoss)
        | NoisePredictionRowsWithGrad(prediction, dLoss, stream) ->
            NoisePredictionRowsWithGrad(f prediction, f dLoss, stream)
        | ModulatedLayerNormGrad(x, scale, statistics, dy) ->
            ModulatedLayerNormGrad(f x, f scale, f statistics, f dy)
        | ModulationGrad(x, statistics, dy) -> ModulationGrad(f x, f statistics, f dy)
        | AddGatedGrad(h, gate, dy) -> AddGatedGrad(f h, f gate, f dy)
        | Conv2dGradInput(dy, w, size) -> Conv2dGradInput(f dy, f w, size)
        | Conv2dGradWeight(x, dy, size) -> Conv2dGradWeight(f x, f dy, size)
        | GroupNormSums(x, moments, gain, bias, dy, size, act) ->
            GroupNormSums(f x, f moments, f gain, f bias, f dy, size, act)
        | GroupNormGrad(x, moments, gain, bias, dy, sums, products, size, act) ->
            GroupNormGrad(f x, f moments, f gain, f bias, f dy, f sums, f products, size, act)
        | SumPerImage(x, pixels) -> SumPerImage(f x, pixels)

    /// The same operation over other operands: from values to tensors, for instance.
    let map f op =
        match op with
        | Leaf leaf -> Leaf leaf
        | Forward forward -> Forward(mapForward f forward)
        | Backward backward -> Backward(mapBackward f backward)

    /// The operands, in their order.
    let operands op =
        let found = ResizeArray()
        map found.Add op |> ignore
        List.ofSeq found

    /// The operation's name without its operands, as a plan prints it.
    let name op =
        let text =
            match op with
            | Leaf leaf -> $"%A{leaf}"
            | Forward forward -> $"%A{mapForward ignore forward}"
            | Backward backward -> $"%A{mapBackward ignore backward}"

        text.Split([| ' '; '\n'; '(' |], 2)[0]
