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
    /// The inverse of Split: its inputs are written straight into its columns.
    | Join of parts: 'v list
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
    /// Every `high` rows are a matrix of blocks, `width` columns each; all of them transposed.
    | TransposeBlocks of x: 'v * high: int * width: int
    /// Two outputs: each row normalised, times 1 + scale, plus shift; and its mean and inverse deviation.
    | ModulatedLayerNorm of x: 'v * shift: 'v * scale: 'v
    /// x + gate·h, a gate for neighbouring rows.
    | AddGated of x: 'v * h: 'v * gate: 'v
    /// Two outputs: act(x̂·gain[C, 1] + bias[C, 1]) of images normalised by groups of channels, and the groups'
    /// moments [N, 2G], which only adjoints read. What act is applied to is made again for its derivative.
    | GroupNorm of x: 'v * gain: 'v * bias: 'v * size: GroupShape * act: Activation
    /// factor·(the sum of every 2 × 2 pixels) of images of that size.
    | Downsample of x: 'v * factor: float32 * size: ImageShape
    /// factor·x, every pixel as 2 × 2 of images of that size.
    | Upsample of x: 'v * factor: float32 * size: ImageShape
    /// x[N, C] added to each of the `pixels` of an image of y[N·pixels, C], in y's place.
    | PlusPerImage of x: 'v * y: 'v * pixels: int
//#endregion

/// What the reverse pass is made of, and sums to report. These are not differentiated again.
type Backward<'v> =
    | Sum of x: 'v * scale: float32
    | Add of x: 'v * y: 'v
    | ColumnSums of x: 'v
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
    | ModulatedLayerNormGrad of x: 'v * scale: 'v * statistics: 'v * dy: 'v
    /// Two outputs: dShift, dScale.
    | ModulationGrad of x: 'v * statistics: 'v * dy: 'v
    /// Two outputs: dh, dGate.
    | AddGatedGrad of h: 'v * gate: 'v * dy: 'v
    | Conv2dGradInput of dy: 'v * w: 'v * size: Conv2dShape
    | Conv2dGradWeight of x: 'v * dy: 'v * size: Conv2dShape
    /// Two outputs [N, C]: Σ g and Σ g·x̂ over the pixels of each image, g = dy·act′(x̂·gain + bias).
    | GroupNormSums of
        x: 'v *
        moments: 'v *
        gain: 'v *
        bias: 'v *
        dy: 'v *
        size: GroupShape *
        act: Activation
    | GroupNormGrad of
        x: 'v *
        moments: 'v *
        gain: 'v *
        bias: 'v *
        dy: 'v *
        sums: 'v *
        products: 'v *
        size: GroupShape *
        act: Activation
    /// Σ x over the `pixels` of each image.
    | SumPerImage of x: 'v * pixels: int

type Op<'v> =
    | Leaf of Leaf
    | Forward of Forward<'v>
    | Backward of Backward<'v>
