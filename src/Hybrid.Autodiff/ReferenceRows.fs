namespace Hybrid.Autodiff

open Hybrid.Formulas

/// Operations by their definitions, in double and with derivatives: what Reference is made of.
module internal ReferenceRows =
    type D = Dual<F64>

    let zero = D.Const 0.0

    let activate act (x: D) : D =
        match act with
        | Activation.Identity -> x
        | Activation.Relu -> Relu.Apply x
        | Activation.Tanh -> Tanh.Apply x
        | Activation.Silu -> Silu.Apply x
        | Activation.Gelu -> Gelu.Apply x
        | Activation.Sigmoid -> Sigmoid.Apply x
        | _ -> invalidArg (nameof act) $"{act} is not an activation."

    let logSnr (curve: NoiseCurve) (t: D) : D =
        let number (x: float32) = D.Const(float x)

        NoiseCurve.At(
            curve.Kind,
            t,
            number curve.Start,
            number curve.Length,
            number curve.First,
            number curve.Last,
            number curve.Rho
        )

    let rowSums (shape: Shape) (term: int -> D) : D[] =
        Array.init shape.Rows (fun b ->
            let mutable sum = zero

            for d in 0 .. shape.Cols - 1 do
                sum <- sum + term (b * shape.Cols + d)

            sum)

    let affine (x: D[]) (w: D[]) (bias: D[]) rows inner cols =
        Array.init (rows * cols) (fun i ->
            let b, n = i / cols, i % cols
            let mutable sum = zero

            for k in 0 .. inner - 1 do
                sum <- D.Fma(x[b * inner + k], w[k * cols + n], sum)

            sum + bias[n])

    /// The definition: over the taps that lie in the image, and the channels.
    let conv2d (x: D[]) (w: D[]) (bias: D[]) (s: Conv2dShape) act =
        Array.init (s.Pixels * s.Co) (fun i ->
            let pixel, co = i / s.Co, i % s.Co
            let row, column = pixel / s.W % s.H, pixel % s.W
            let mutable sum = bias[co]

            for ky in 0 .. s.Kernel - 1 do
                for kx in 0 .. s.Kernel - 1 do
                    let down, right = ky - s.Radius, kx - s.Radius
                    let y, x' = row + down, column + right

                    if y >= 0 && y < s.H && x' >= 0 && x' < s.W then
                        let source = (pixel + down * s.W + right) * s.Ci
                        let weights = (ky * s.Kernel + kx) * s.Ci

                        for ci in 0 .. s.Ci - 1 do
                            sum <- D.Fma(x[source + ci], w[(weights + ci) * s.Co + co], sum)

            activate act sum)

    /// The definition: every weight, then a mean of the values; no shift, because double has the room.
    let attention (q: D[]) (k: D[]) (v: D[]) (s: AttentionShape) =
        let sumOver count term =
            Seq.fold (fun (sum: D) i -> sum + term i) zero (seq { 0 .. count - 1 })

        let weight query key =
            let key = query / s.T * s.S + key

            D.Exp(
                D.Const(float s.Scale)
                * sumOver s.D (fun d -> q[query * s.D + d] * k[key * s.D + d])
            )

        let value query key d = v[(query / s.T * s.S + key) * s.Dv + d]

        let rows =
            Array.init s.Queries (fun query ->
                let weights = Array.init s.S (weight query)
                let sum = sumOver s.S (fun key -> weights[key])

                let mean d =
                    sumOver s.S (fun key -> weights[key] * value query key d) / sum

                Array.init s.Dv mean, D.Log sum)

        [ Array.collect fst rows; Array.map snd rows ]

    /// Pixel d of row b in the output of a decoder; adjoints are what this module does without.
    [<Struct>]
    type PixelOf(output: D[], b: int, d: int, cols: int, outputs: int) =
        interface IPixelOutput<D> with
            member _.get_Item j =
                output[b * cols * outputs + j * cols + d]

            member _.Adjoint(_, _) = ()

    let nll (likelihood: PixelLikelihood) (x: D) (at: PixelOf) =
        match likelihood.Distribution with
        | PixelDistribution.ContinuousBernoulli -> ContinuousBernoulliPixel.Nll(x, likelihood.Count, at)
        | PixelDistribution.DiscretizedLogistic -> DiscretizedLogisticPixel.Nll(x, likelihood.Count, at)
        | PixelDistribution.Categorical -> CategoricalPixel.Nll(x, likelihood.Count, at)
        | PixelDistribution.LogisticMixture -> LogisticMixturePixel.Nll(x, likelihood.Count, at)
        | other -> invalidArg (nameof likelihood) $"{other} is not a distribution."

    let mean (likelihood: PixelLikelihood) (at: PixelOf) : D =
        match likelihood.Distribution with
        | PixelDistribution.ContinuousBernoulli -> ContinuousBernoulliPixel.Mean(likelihood.Count, at)
        | PixelDistribution.DiscretizedLogistic -> DiscretizedLogisticPixel.Mean(likelihood.Count, at)
        | PixelDistribution.Categorical -> CategoricalPixel.Mean(likelihood.Count, at)
        | PixelDistribution.LogisticMixture -> LogisticMixturePixel.Mean(likelihood.Count, at)
        | other -> invalidArg (nameof likelihood) $"{other} is not a distribution."

    /// What component n weighs at a point: 1/N, or what stands for a population of P.
    let weight (weights: MixtureWeights) count own =
        let count, population = float count, float weights.Population

        match weights.Population, own with
        | 0, _ -> 1.0 / count
        | _, true -> 1.0 / population
        | _ -> (population - 1.0) / (population * (count - 1.0))

    /// The definition: every term; no shift, because double has the room.
    let mixture cols (z: D[]) (mu: D[]) (halfPrecision: D[]) (logScale: D[]) weights =
        let count = logScale.Length

        let term row n =
            let mutable exponent = logScale[n]

            for d in 0 .. cols - 1 do
                let residual = z[row * cols + d] - mu[n * cols + d]
                exponent <- exponent - residual * residual * halfPrecision[n * cols + d]

            D.Const(weight weights count (n = row)) * D.Exp exponent

        Array.init (z.Length / cols) (fun row ->
            let mutable sum = zero

            for n in 0 .. count - 1 do
                sum <- sum + term row n

            D.Log sum)

    /// The same of each column, as a mixture in one dimension.
    let marginals cols (z: D[]) mu halfPrecision logVar weights =
        let column d (x: D[]) =
            Array.init (x.Length / cols) (fun i -> x[i * cols + d])

        let each =
            Array.init cols (fun d ->
                let scale = column d logVar |> Array.map (fun l -> MixtureDensity.ScaleTerm<D> l)
                mixture 1 (column d z) (column d mu) (column d halfPrecision) scale weights)

        Array.init z.Length (fun i -> each[i % cols][i / cols])

    /// Rows normalised and modulated, and their statistics, by definition.
    let modulatedLayerNorm (s: Shape) (x: D[]) (shift: D[]) (scale: D[]) =
        let perCondition = x.Length / shift.Length
        let count = D.Const(float s.Cols)
        let means = rowSums s (fun i -> x[i]) |> Array.map (fun sum -> sum / count)

        let square i =
            let residual = x[i] - means[i / s.Cols]
            residual * residual

        let epsilon = D.Const(float InverseDeviation.DefaultEpsilon)

        let inverses =
            rowSums s square
            |> Array.map (fun sum -> InverseDeviation.Apply<D>(sum / count, epsilon))

        [ Array.init x.Length (fun i ->
              let row, d = i / s.Cols, i % s.Cols
              let condition = row / perCondition * s.Cols + d
              let normalized = Normalized.Apply<D>(x[i], means[row], inverses[row])
              Modulated.Apply<D>(normalized, shift[condition], scale[condition]))
          Array.init (2 * s.Rows) (fun i -> if i % 2 = 0 then means[i / 2] else inverses[i / 2]) ]

    /// Every matrix of `high` rows of blocks of `width` columns, transposed.
    let transposeBlocks cols high width (x: D[]) =
        let places = cols / width

        Array.init x.Length (fun i ->
            let row, column = i / (high * width), i % (high * width)
            x[(row / places * high + column / width) * cols + row % places * width + column % width])

    /// x + gate·h, a gate for as many rows as x has more.
    let addGated cols (x: D[]) (h: D[]) (gate: D[]) =
        let perGate = x.Length / gate.Length

        Array.init x.Length (fun i ->
            Gated.Apply<D>(x[i], h[i], gate[i / cols / perGate * cols + i % cols]))
