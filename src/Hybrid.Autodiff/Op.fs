namespace Hybrid.Autodiff

open Hybrid.Formulas

/// Rows × columns of a value; a vector has one column.
[<Struct>]
type Shape =
    { Rows: int
      Cols: int }

    override s.ToString() = $"[{s.Rows}, {s.Cols}]"

/// What a graph starts from.
type Leaf =
    /// Filled by the caller before every step.
    | Input of name: string
    /// Trained; the plan writes its gradient.
    | Parameter of name: string
    /// A number that may change from step to step, spread over the rows.
    | Scalar of name: string

/// The differentiable operations. 'v is a node's value in a graph and a tensor in a plan: one union for both.
//#region forward
type Forward<'v> =
    /// act(x[B, K]·w[K, N] + bias[N, 1]). SiLU and GELU have a second output, what act is applied to, because
    /// their derivative is read off it.
    | Affine of x: 'v * w: 'v * bias: 'v * act: Activation
    | Activate of act: Activation * x: 'v
    /// Neighbouring column ranges of x that cover it: views, nothing moves.
    | Split of x: 'v * cols: int list
    /// v[D, 1] as every row of [rows, D]: a view of stride 0.
    | BroadcastRows of v: 'v * rows: int
    /// Two outputs: z[B, D] = mu + e^(logVar/2)·ε, and kl[B, 1] in nats.
    | ReparameterizeKl of mu: 'v * logVar: 'v * stream: uint32
    /// kl[B, 1] of N(mu, e^logVar) from N(0, 1), nats.
    | KlRows of mu: 'v * logVar: 'v
    /// kl[D, 1]: the same, summed over the rows instead of the columns.
    | KlColumns of mu: 'v * logVar: 'v
    /// −log p(x) per row, nats.
    | BernoulliNllRows of logits: 'v * x: 'v
    /// −log N(x; mean, e^logVar) per row, nats, with one logVar[1, 1].
    | GaussianNllRows of x: 'v * mean: 'v * logVar: 'v
    /// −log p(x) per row, nats, of the distribution that the output of a decoder says.
    | PixelNllRows of likelihood: PixelLikelihood * output: 'v * x: 'v
    /// The mean of that distribution.
    | PixelMeans of likelihood: PixelLikelihood * output: 'v
    /// log N(z; mu, e^logVar) − log N(z; 0, 1) per row, nats.
    | LogRatioRows of z: 'v * mu: 'v * logVar: 'v
    /// Two outputs of surprise[B, K] = −log w: −log of the mean of a row's w, nats, and each w's share [B, K], which
    /// has no derivative.
    | ImportanceNllRows of surprise: 'v
    /// The same value without a derivative: a view.
    | Detach of x: 'v
    /// log N(x; mu, e^logVar) per row, nats.
    | GaussianLogDensityRows of x: 'v * mu: 'v * logVar: 'v
    /// Two outputs, what densities of components need: ½e^−logVar, and −½ Σ_d (logVar + log 2π) of each row.
    | GaussianScales of logVar: 'v
    /// log (1/N) Σ_n e^scale_n − Σ_d (z − mu_n)²·halfPrecision_n per row of z, nats.
    | MixtureLogDensity of Mixture<'v>
    /// The same of each column alone, nats [B, D].
    | MixtureLogMarginals of Mixture<'v>
    /// Two outputs: x·e^s + t, and Σ_d s of each row.
    | AffineCoupling of x: 'v * s: 'v * t: 'v
    /// (y − t)·e^−s.
    | AffineCouplingInverse of y: 'v * s: 'v * t: 'v
    /// factor·x.
    | Scale of x: 'v * factor: float32
    /// x + y, in y's place.
    | Plus of x: 'v * y: 'v
    /// The same numbers, row-major, in other rows and columns: a view.
    | Reshape of x: 'v * shape: Shape
    /// x[B, K]·w[K, N].
    | MatrixProduct of x: 'v * w: 'v
    /// a[B, K]·b[M, K]ᵀ: every row of a with every row of b.
    | PairProducts of a: 'v * b: 'v
    /// Products of one size, one below the other: aᵢ·bᵢ, aᵢ·bᵢᵀ or aᵢᵀ·bᵢ.
    | BatchedProduct of factors: Factors * a: 'v * b: 'v * count: int
    /// Two outputs: softmax(scale·q·kᵀ)·v of each of several problems, and the log-sum-exp of each row, nats.
    | Attention of q: 'v * k: 'v * v: 'v * size: AttentionShape
    /// act(a[i] + b[j]) as row i·M + j.
    | PairSum of a: 'v * b: 'v * act: Activation
    /// log Σ_j e^scores[i, j] − scores[i, i] per row, nats.
    | InfoNceRows of scores: 'v
    /// −Σ_c y_c log softmax(logits)_c per row, nats; each row of y sums to 1.
    | CrossEntropyRows of logits: 'v * y: 'v
    /// Σ_d (prediction − target)² per row.
    | SquaredErrorRows of prediction: 'v * target: 'v
    /// Uniform numbers in [0, 1).
    | Uniforms of shape: Shape * stream: uint32
    /// Every column of x in the order of its keys.
    | PermuteColumns of x: 'v * keys: 'v
    /// The cosine schedule's log-SNR at times t.
    | CosineLogSnr of t: 'v
    | ScheduleLogSnr of t: 'v * curve: NoiseCurve
    /// x with the noise eps at each row's log-SNR.
    | Diffuse of x: 'v * logSnr: 'v * eps: 'v
    /// Two outputs: x with noise, and, where somebody reads it, that noise.
    | DiffuseNoise of x: 'v * logSnr: 'v * stream: uint32
    /// [B, 2F]: sin and cos of t·frequencies turns.
    | TimeEmbedding of t: 'v * frequencies: 'v
    /// act(x[N·H·W, Ci] ∗ w[k·k·Ci, Co] + bias[Co, 1]): images with a pixel per row.
    | Conv2d of x: 'v * w: 'v * bias: 'v * size: Conv2dShape * act: Activation
//#endregion

/// What the reverse pass is made of, and sums to report. These are not differentiated again.
type Backward<'v> =
    | Sum of x: 'v * scale: float32
    | Add of x: 'v * y: 'v
    | ColumnSums of x: 'v
    /// The inverse of Split: its inputs are written straight into its columns.
    | Join of parts: 'v list
    | Zero of shape: Shape
    /// dy·wᵀ, times act′ where the input was itself made by an activation: see ActivateGrad.
    | AffineGradInput of dy: 'v * w: 'v * act: (Activation * 'v) option
    /// dw = xᵀ·dy, and as a second output, where there is a bias, db: the column sums of dy.
    | AffineGradWeight of x: 'v * dy: 'v
    /// dy·act′, from the activation's output or, where it `readsInput`, from its input.
    | ActivateGrad of act: Activation * known: 'v * dy: 'v
    /// Two outputs: dMu, dLogVar.
    | ReparameterizeKlGrad of mu: 'v * logVar: 'v * dz: 'v * dKl: 'v * stream: uint32
    /// Two outputs: dMu, dLogVar.
    | KlRowsGrad of mu: 'v * logVar: 'v * dKl: 'v
    /// Two outputs: dMu, dLogVar.
    | KlColumnsGrad of mu: 'v * logVar: 'v * dKl: 'v
    | LogRatioRowsGradDraw of z: 'v * mu: 'v * logVar: 'v * dRatio: 'v
    /// Two outputs: dMu, dLogVar.
    | LogRatioRowsGrad of z: 'v * mu: 'v * logVar: 'v * dRatio: 'v
    /// s[b]·x[b, :].
    | ScaleRows of x: 'v * s: 'v
    | BernoulliNllRowsGrad of logits: 'v * x: 'v * dNll: 'v
    /// Two outputs: −log p(x) per row, and dLogits.
    | BernoulliNllRowsWithGrad of logits: 'v * x: 'v * dNll: 'v
    /// Two outputs: dMean, and dLogVar of each row.
    | GaussianNllRowsGrad of x: 'v * mean: 'v * logVar: 'v * dNll: 'v
    | PixelNllRowsGrad of likelihood: PixelLikelihood * output: 'v * x: 'v * dNll: 'v
    /// Two outputs: −log p(x) per row, and dOutput.
    | PixelNllRowsWithGrad of likelihood: PixelLikelihood * output: 'v * x: 'v * dNll: 'v
    /// Two outputs: dx, dLogVar.
    | GaussianLogDensityRowsGrad of x: 'v * mu: 'v * logVar: 'v * dy: 'v
    | GaussianScalesGrad of halfPrecision: 'v * dHalfPrecision: 'v * dLogScale: 'v
    | MixtureGradRows of mixture: Mixture<'v> * logDensity: 'v * dy: 'v
    /// Two outputs: dMu, and beside each other dHalfPrecision and dLogScale.
    | MixtureGradComponents of mixture: Mixture<'v> * logDensity: 'v * dy: 'v
    | MixtureMarginalGradRows of mixture: Mixture<'v> * logMarginals: 'v * dy: 'v
    /// Two outputs: dMu, and beside each other dHalfPrecision and dLogVar.
    | MixtureMarginalGradComponents of mixture: Mixture<'v> * logMarginals: 'v * dy: 'v
    /// Two outputs: dx, ds.
    | AffineCouplingGrad of x: 'v * s: 'v * dy: 'v * dLogDet: 'v
    /// Two outputs: da, db.
    | PairSumGrad of act: Activation * y: 'v * dy: 'v
    /// Σ_d dy·y − dLogSum per row.
    | AttentionDelta of y: 'v * dy: 'v * dLogSum: 'v
    | AttentionGradQuery of q: 'v * k: 'v * v: 'v * dy: 'v * logSum: 'v * delta: 'v * size: AttentionShape
    /// Two outputs: dk, dv.
    | AttentionGradKeyValue of q: 'v * k: 'v * v: 'v * dy: 'v * logSum: 'v * delta: 'v * size: AttentionShape
    | InfoNceRowsGrad of scores: 'v * nll: 'v * dNll: 'v
    | CrossEntropyRowsGrad of logits: 'v * y: 'v * nll: 'v * dNll: 'v
    | SquaredErrorRowsGrad of prediction: 'v * target: 'v * dLoss: 'v
    /// Two outputs: Σ_d (prediction − target)² per row, and dPrediction.
    | SquaredErrorRowsWithGrad of prediction: 'v * target: 'v * dLoss: 'v
    /// The same with the noise of a stream for the target, made again.
    | NoisePredictionRowsWithGrad of prediction: 'v * dLoss: 'v * stream: uint32
    | Conv2dGradInput of dy: 'v * w: 'v * size: Conv2dShape
    | Conv2dGradWeight of x: 'v * dy: 'v * size: Conv2dShape

type Op<'v> =
    | Leaf of Leaf
    | Forward of Forward<'v>
    | Backward of Backward<'v>

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
        | Forward(Split _ | BroadcastRows _ | Reshape _ | Detach _)
        | Backward(Join _) -> true
        | _ -> false

    let private mapForward (f: 'a -> 'b) op : Forward<'b> =
        match op with
        | Affine(x, w, bias, act) -> Affine(f x, f w, f bias, act)
        | Activate(act, x) -> Activate(act, f x)
        | Split(x, cols) -> Split(f x, cols)
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

    let private mapBackward (f: 'a -> 'b) op : Backward<'b> =
        match op with
        | Sum(x, scale) -> Sum(f x, scale)
        | Add(x, y) -> Add(f x, f y)
        | ColumnSums x -> ColumnSums(f x)
        | Join parts -> Join(List.map f parts)
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
        | Conv2dGradInput(dy, w, size) -> Conv2dGradInput(f dy, f w, size)
        | Conv2dGradWeight(x, dy, size) -> Conv2dGradWeight(f x, f dy, size)

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
