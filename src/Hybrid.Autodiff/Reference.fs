namespace Hybrid.Autodiff

open System.Collections.Generic
open Hybrid.Formulas

/// The forward operations once more, in double and with derivatives: Dual<F64> lanes and plain loops.
/// It shares the formulas with the devices, but no kernel, no reverse rule and no plan.
module Reference =
    open ReferenceRows
    open ReferenceImages

    type private D = Dual<F64>

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
        | Join parts ->
            let rows = (shape parts.Head).Rows

            let row b part =
                let cols = (shape part).Cols
                Array.sub (value part) (b * cols) cols

            [ Array.concat [ for b in 0 .. rows - 1 -> Array.concat (List.map (row b) parts) ] ]
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
        | MixtureLogDensity m ->
            let cols, scale = (shape m.Z).Cols, value m.Scale
            [ mixture cols (value m.Z) (value m.Mu) (value m.HalfPrecision) scale m.Weights ]
        | MixtureLogMarginals m ->
            let cols, scale = (shape m.Z).Cols, value m.Scale
            [ marginals cols (value m.Z) (value m.Mu) (value m.HalfPrecision) scale m.Weights ]
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
        | PermuteColumns(x, keys) ->
            let s, x, keys = shape x, value x, value keys

            let order d =
                [| 0 .. s.Rows - 1 |] |> Array.sortBy (fun b -> keys[b * s.Cols + d].V.V, b)

            let orders = Array.init s.Cols order
            [ Array.init x.Length (fun i -> x[orders[i % s.Cols][i / s.Cols] * s.Cols + i % s.Cols]) ]
        | CosineLogSnr t -> [ value t |> Array.map (fun t -> CosineLogSnr.Apply<D> t) ]
        | ScheduleLogSnr(t, curve) -> [ value t |> Array.map (ReferenceRows.logSnr curve) ]
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
        | TransposeBlocks(x, high, width) -> [ transposeBlocks (shape x).Cols high width (value x) ]
        | ModulatedLayerNorm(x, shift, scale) ->
            modulatedLayerNorm (shape x) (value x) (value shift) (value scale)
        | AddGated(x, h, gate) -> [ addGated (shape x).Cols (value x) (value h) (value gate) ]
        | Conv2d(x, w, bias, size, act) -> [ conv2d (value x) (value w) (value bias) size act ]
        | GroupNorm(x, gain, bias, size, act) -> groupNorm (value x) (value gain) (value bias) size act
        | Downsample(x, factor, size) -> [ downsample (value x) factor size ]
        | Upsample(x, factor, size) -> [ upsample (value x) factor size ]
        | PlusPerImage(x, y, pixels) ->
            let cols, x = (shape y).Cols, value x
            [ value y |> Array.mapi (fun i y -> y + x[i / cols / pixels * cols + i % cols]) ]

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
