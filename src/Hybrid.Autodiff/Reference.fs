namespace Hybrid.Autodiff

open System.Collections.Generic
open Hybrid.Formulas

/// The forward operations once more, in double and with derivatives: Dual<F64> lanes and plain loops.
/// It shares the formulas with the devices, but no kernel, no reverse rule and no plan.
module Reference =
    type private D = Dual<F64>

    let private zero = D.Const 0.0

    /// The standard normal number that (b, d) of a noise tensor gets: the layout of IOps, one number at a time.
    let normal (noise: Noise) (b: int) (d: int) : float =
        let counter = U32(uint32 (32 * (d / 128) + d % 32))
        let words = Philox.Draw<U32, F32>(counter, uint32 b, &noise)
        let block = d / 32 % 4
        let first, second = if block < 2 then words.W0, words.W1 else words.W2, words.W3
        let struct (a, b) = Normal.BoxMuller<F32>(U32.ToUnit first, U32.ToUnit second)
        float (if block % 2 = 0 then a.V else b.V)

    /// The uniform number that (b, 0) of a noise tensor of one column gets.
    let private uniform (noise: Noise) (b: int) : float =
        let words = Philox.Draw<U32, F32>(U32 0u, uint32 b, &noise)
        float (U32.ToUnit words.W0).V

    let private activate act (x: D) : D =
        match act with
        | Activation.Identity -> x
        | Activation.Relu -> Relu.Apply x
        | Activation.Tanh -> Tanh.Apply x
        | Activation.Silu -> Silu.Apply x
        | Activation.Gelu -> Gelu.Apply x
        | Activation.Sigmoid -> Sigmoid.Apply x
        | _ -> invalidArg (nameof act) $"{act} is not an activation."

    let private rowSums (shape: Shape) (term: int -> D) : D[] =
        Array.init shape.Rows (fun b ->
            let mutable sum = zero

            for d in 0 .. shape.Cols - 1 do
                sum <- sum + term (b * shape.Cols + d)

            sum)

    let private affine (x: D[]) (w: D[]) (bias: D[]) rows inner cols =
        Array.init (rows * cols) (fun i ->
            let b, n = i / cols, i % cols
            let mutable sum = zero

            for k in 0 .. inner - 1 do
                sum <- D.Fma(x[b * inner + k], w[k * cols + n], sum)

            sum + bias[n])

    /// The definition: over the taps that lie in the image, and the channels.
    let private conv2d (x: D[]) (w: D[]) (bias: D[]) (s: Conv2dShape) act =
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
    let private attention (q: D[]) (k: D[]) (v: D[]) (s: AttentionShape) =
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
    type private PixelOf(output: D[], b: int, d: int, cols: int, outputs: int) =
        interface IPixelOutput<D> with
            member _.get_Item j =
                output[b * cols * outputs + j * cols + d]

            member _.Adjoint(_, _) = ()

    let private nll (likelihood: PixelLikelihood) (x: D) (at: PixelOf) =
        match likelihood.Distribution with
        | PixelDistribution.ContinuousBernoulli -> ContinuousBernoulliPixel.Nll(x, likelihood.Count, at)
        | PixelDistribution.DiscretizedLogistic -> DiscretizedLogisticPixel.Nll(x, likelihood.Count, at)
        | PixelDistribution.Categorical -> CategoricalPixel.Nll(x, likelihood.Count, at)
        | PixelDistribution.LogisticMixture -> LogisticMixturePixel.Nll(x, likelihood.Count, at)
        | other -> invalidArg (nameof likelihood) $"{other} is not a distribution."

    let private mean (likelihood: PixelLikelihood) (at: PixelOf) : D =
        match likelihood.Distribution with
        | PixelDistribution.ContinuousBernoulli -> ContinuousBernoulliPixel.Mean(likelihood.Count, at)
        | PixelDistribution.DiscretizedLogistic -> DiscretizedLogisticPixel.Mean(likelihood.Count, at)
        | PixelDistribution.Categorical -> CategoricalPixel.Mean(likelihood.Count, at)
        | PixelDistribution.LogisticMixture -> LogisticMixturePixel.Mean(likelihood.Count, at)
        | other -> invalidArg (nameof likelihood) $"{other} is not a distribution."

    /// The definition: every term; no shift, because double has the room.
    let private mixture cols (z: D[]) (mu: D[]) (halfPrecision: D[]) (logScale: D[]) =
        let count = logScale.Length

        let term row n =
            let mutable exponent = logScale[n]

            for d in 0 .. cols - 1 do
                let residual = z[row * cols + d] - mu[n * cols + d]
                exponent <- exponent - residual * residual * halfPrecision[n * cols + d]

            D.Exp exponent

        [ Array.init (z.Length / cols) (fun row ->
              let mutable sum = zero

              for n in 0 .. count - 1 do
                  sum <- sum + term row n

              D.Log(sum / D.Const(float count))) ]

    let private forward (graph: Graph) seed step (value: Value -> D[]) op : D[] list =
        let shape = graph.ShapeOf

        match op with
        | Affine(x, w, bias, act) ->
            let pre =
                affine (value x) (value w) (value bias) (shape x).Rows (shape x).Cols (shape w).Cols

            let y = Array.map (activate act) pre
            if Op.readsInput act then [ y; pre ] else [ y ]
        | Activate(act, x) -> [ Array.map (activate act) (value x) ]
        | Split(x, cols) ->
            let x, stride = value x, (shape x).Cols

            [ for from, count in List.zip (List.scan (+) 0 cols |> List.take cols.Length) cols ->
                  Array.init (x.Length / stride * count) (fun i -> x[i / count * stride + from + i % count]) ]
        | BroadcastRows(v, rows) ->
            let v = value v
            [ Array.init (rows * v.Length) (fun i -> v[i % v.Length]) ]
        | ReparameterizeKl(mu, logVar, stream) ->
            let s, noise = shape mu, Noise(seed, step, stream)
            let mu, logVar = value mu, value logVar

            let eps i =
                D.Const(normal noise (i / s.Cols) (i % s.Cols))

            [ Array.init mu.Length (fun i -> Reparameterize.Apply(mu[i], logVar[i], eps i))
              rowSums s (fun i -> KlStandardNormal.Apply(mu[i], logVar[i])) ]
        | KlRows(mu, logVar) ->
            let s, mu, logVar = shape mu, value mu, value logVar
            [ rowSums s (fun i -> KlStandardNormal.Apply(mu[i], logVar[i])) ]
        | KlColumns(mu, logVar) ->
            let s, mu, logVar = shape mu, value mu, value logVar

            let term i =
                KlStandardNormal.Apply(mu[i], logVar[i])

            [ Array.init s.Cols (fun d ->
                  Seq.fold (fun sum b -> sum + term (b * s.Cols + d)) zero (seq { 0 .. s.Rows - 1 })) ]
        | BernoulliNllRows(logits, x) ->
            let s, logits, x = shape logits, value logits, value x
            [ rowSums s (fun i -> BernoulliNll.Apply(logits[i], x[i])) ]
        | GaussianNllRows(x, mean, logVar) ->
            let s, x, mean, logVar = shape x, value x, value mean, value logVar
            [ rowSums s (fun i -> GaussianNll.Apply(x[i], mean[i], logVar[0])) ]
        | PixelNllRows(likelihood, output, x) ->
            let s, output, x = shape x, value output, value x

            let at i =
                PixelOf(output, i / s.Cols, i % s.Cols, s.Cols, likelihood.Outputs)

            [ rowSums s (fun i -> nll likelihood x[i] (at i)) ]
        | PixelMeans(likelihood, output) ->
            let s, output = shape output, value output
            let cols = s.Cols / likelihood.Outputs

            [ Array.init (s.Rows * cols) (fun i ->
                  mean likelihood (PixelOf(output, i / cols, i % cols, cols, likelihood.Outputs))) ]
        | LogRatioRows(z, mu, logVar) ->
            let s, z, mu, logVar = shape z, value z, value mu, value logVar
            [ rowSums s (fun i -> LogRatio.Apply(z[i], mu[i], logVar[i])) ]
        | ImportanceNllRows surprise ->
            let s = shape surprise
            let weights = value surprise |> Array.map (fun s -> D.Exp(-s))
            let sums = rowSums s (fun i -> weights[i])

            [ sums |> Array.map (fun sum -> -D.Log(sum / D.Const(float s.Cols)))
              Array.init weights.Length (fun i -> weights[i] / sums[i / s.Cols]) ]
        | Detach x -> [ value x |> Array.map (fun v -> D.Const v.V.V) ]
        | GaussianLogDensityRows(x, mu, logVar) ->
            let s, x, mu, logVar = shape x, value x, value mu, value logVar
            [ rowSums s (fun i -> -GaussianNll.Apply(x[i], mu[i], logVar[i])) ]
        | GaussianScales logVar ->
            let s, logVar = shape logVar, value logVar

            [ logVar |> Array.map (fun l -> MixtureDensity.HalfPrecision<D> l)
              rowSums s (fun i -> MixtureDensity.ScaleTerm<D> logVar[i]) ]
        | MixtureLogDensity(z, mu, halfPrecision, logScale) ->
            let cols, mu = (shape z).Cols, value mu
            mixture cols (value z) mu (value halfPrecision) (value logScale)
        | AffineCoupling(x, s, t) ->
            let size, x, s, t = shape x, value x, value s, value t

            [ Array.init x.Length (fun i -> Coupling.Apply(x[i], s[i], t[i]))
              rowSums size (fun i -> s[i]) ]
        | AffineCouplingInverse(y, s, t) ->
            let y, s, t = value y, value s, value t
            [ Array.init y.Length (fun i -> CouplingInverse.Apply(y[i], s[i], t[i])) ]
        | Scale(x, factor) -> [ value x |> Array.map (fun x -> D.Const(float factor) * x) ]
        | Plus(x, y) -> [ Array.map2 (fun (x: D) y -> x + y) (value x) (value y) ]
        | Reshape(x, _) -> [ value x ]
        | MatrixProduct(x, w) ->
            let cols = (shape w).Cols
            let none = Array.create cols zero
            [ affine (value x) (value w) none (shape x).Rows (shape x).Cols cols ]
        | PairProducts(a, b) ->
            let inner, rows = (shape a).Cols, (shape b).Rows
            let a, b = value a, value b

            [ Array.init (a.Length / inner * rows) (fun i ->
                  let mutable sum = zero

                  for k in 0 .. inner - 1 do
                      sum <- D.Fma(a[i / rows * inner + k], b[i % rows * inner + k], sum)

                  sum) ]
        | BatchedProduct(factors, a, b, count) ->
            let left, right = shape a, shape b
            let a, b = value a, value b

            let leftLies, rightLies =
                factors = Factors.LeftTransposed, factors = Factors.RightTransposed

            let depth = if leftLies then left.Rows / count else left.Cols
            let rows = left.Rows * left.Cols / count / depth
            let cols = right.Rows * right.Cols / count / depth

            let at transposed (matrix: D[]) slice size row column rows columns =
                matrix[slice * size
                       + (if transposed then
                              column * rows + row
                          else
                              row * columns + column)]

            [ Array.init (count * rows * cols) (fun i ->
                  let slice, m, n = i / (rows * cols), i / cols % rows, i % cols
                  let mutable sum = zero

                  for k in 0 .. depth - 1 do
                      let p = at leftLies a slice (rows * depth) m k rows depth
                      let q = at rightLies b slice (depth * cols) k n depth cols
                      sum <- D.Fma(p, q, sum)

                  sum) ]
        | Attention(q, k, v, size) -> attention (value q) (value k) (value v) size
        | PairSum(a, b, act) ->
            let cols = (shape a).Cols
            let a, b = value a, value b

            [ Array.init (a.Length * (b.Length / cols)) (fun i ->
                  activate act (a[i / b.Length * cols + i % cols] + b[i % b.Length])) ]
        | InfoNceRows scores ->
            let s, scores = shape scores, value scores

            // No shift: in double, the scores of a test overflow nothing.
            [ Array.map2
                  (fun (sum: D) positive -> D.Log sum - positive)
                  (rowSums s (fun i -> D.Exp scores[i]))
                  (Array.init s.Rows (fun i -> scores[i * s.Cols + i])) ]
        | CrossEntropyRows(logits, labels) ->
            let s, logits, labels = shape logits, value logits, value labels

            [ Array.map2
                  (fun (sum: D) own -> D.Log sum - own)
                  (rowSums s (fun i -> D.Exp logits[i]))
                  (rowSums s (fun i -> labels[i] * logits[i])) ]
        | SquaredErrorRows(prediction, target) ->
            let s, prediction, target = shape prediction, value prediction, value target
            [ rowSums s (fun i -> SquaredError.Apply(prediction[i], target[i])) ]
        | Uniforms(s, stream) ->
            let noise = Noise(seed, step, stream)
            [ Array.init s.Rows (fun b -> D.Const(uniform noise b)) ]
        | CosineLogSnr t -> [ value t |> Array.map (fun t -> CosineLogSnr.Apply<D> t) ]
        | Diffuse(x, logSnr, eps) ->
            let cols, x, logSnr, eps = (shape x).Cols, value x, value logSnr, value eps
            [ Array.init x.Length (fun i -> Diffuse.Apply(x[i], logSnr[i / cols], eps[i])) ]
        | DiffuseNoise(x, logSnr, stream) ->
            let cols, noise = (shape x).Cols, Noise(seed, step, stream)
            let x, logSnr = value x, value logSnr

            let eps = Array.init x.Length (fun i -> D.Const(normal noise (i / cols) (i % cols)))

            [ Array.init x.Length (fun i -> Diffuse.Apply(x[i], logSnr[i / cols], eps[i]))
              eps ]
        | TimeEmbedding(t, frequencies) ->
            let t, f = value t, value frequencies

            [ Array.init (t.Length * 2 * f.Length) (fun i ->
                  let turns = t[i / (2 * f.Length)] * f[i % f.Length]

                  if i % (2 * f.Length) < f.Length then
                      D.SinTurn turns
                  else
                      D.CosTurn turns) ]
        | Conv2d(x, w, bias, size, act) -> [ conv2d (value x) (value w) (value bias) size act ]

    /// Every forward value of the graph, from the leaves' values (row-major) and the noise of (seed, step).
    let evaluate (graph: Graph) (leaf: Leaf -> Shape -> Dual<F64>[]) seed step =
        let values = Dictionary<Value, Dual<F64>[]>()

        for id in 0 .. graph.Nodes.Count - 1 do
            let node = graph.Nodes[id]

            let outputs =
                match node.Op with
                | Leaf l -> [ leaf l node.Shapes[0] ]
                | Forward op when Op.operands node.Op |> List.forall values.ContainsKey ->
                    forward graph seed step (fun v -> values[v]) op
                | Forward _ // used by the reverse pass, upon adjoints
                | Backward _ -> []

            outputs |> List.iteri (fun o y -> values[{ Node = id; Output = o }] <- y)

        values
