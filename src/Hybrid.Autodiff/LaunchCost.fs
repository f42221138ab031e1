namespace Hybrid.Autodiff

open Hybrid
open Hybrid.Devices
open Hybrid.Formulas
open Hybrid.Kernels

/// What a launch has to move and to compute, by the definition of its operation, whatever runs it.
module LaunchCost =
    let private on (cost: int64 -> int64 -> Cost) (t: Tensor) = cost (int64 t.Rows) (int64 t.Cols)

    /// Of x[R, D] under a condition for each R / C rows.
    let private conditioned (cost: int64 -> int64 -> int64 -> Cost) (x: Tensor) (condition: Tensor) =
        cost (int64 x.Rows) (int64 x.Cols) (int64 (x.Rows / condition.Rows))

    let private forward (y: Tensor) (y2: Tensor) (op: Forward<Tensor>) =
        match op with
        | Affine(x, w, _, act) -> Kernels.Affine.Cost(act, y2 <> y, x.Rows, w.Cols, x.Cols)
        | Activate(act, x) -> x |> on (fun b d -> Kernels.Activate.Cost(act, b, d))
        | Split _
        | Join _
        | BroadcastRows _
        | Reshape _
        | Detach _ -> Cost()
        | ReparameterizeKl(mu, _, _) -> mu |> on (fun b d -> Kernels.ReparameterizeKl.Cost(b, d))
        | KlRows(mu, _) -> mu |> on (fun b d -> Kernels.KlRows.Cost(b, d))
        | KlColumns(mu, _) -> mu |> on (fun b d -> Kernels.KlColumns.Cost(b, d))
        | BernoulliNllRows(_, x) -> x |> on (fun b d -> Kernels.BernoulliNllRows.Cost(b, d))
        | GaussianNllRows(x, _, _) -> x |> on (fun b d -> Kernels.GaussianNllRows.Cost(b, d))
        | PixelNllRows(likelihood, _, x) -> Kernels.PixelNllRows.Cost(likelihood, x.Rows, x.Cols)
        | PixelMeans(likelihood, _) -> Kernels.PixelMeans.Cost(likelihood, y.Rows, y.Cols)
        | LogRatioRows(z, _, _) -> z |> on (fun b d -> Kernels.LogRatioRows.Cost(b, d))
        | ImportanceNllRows surprise -> surprise |> on (fun b k -> Kernels.ImportanceNllRows.Cost(b, k))
        | GaussianLogDensityRows(x, _, _) -> x |> on (fun b d -> Kernels.GaussianLogDensityRows.Cost(b, d))
        | GaussianScales logVar -> logVar |> on (fun n d -> Kernels.GaussianScales.Cost(n, d))
        | MixtureLogDensity m -> Kernels.MixtureLogDensity.Cost(m.Z.Rows, m.Mu.Rows, m.Z.Cols)
        | MixtureLogMarginals m -> Kernels.MixtureLogMarginals.Cost(m.Z.Rows, m.Mu.Rows, m.Z.Cols)
        | AffineCoupling(x, _, _) -> x |> on (fun b d -> Kernels.AffineCoupling.Cost(b, d))
        | AffineCouplingInverse(x, _, _) -> x |> on (fun b d -> Kernels.AffineCouplingInverse.Cost(b, d))
        | Scale(x, _) -> x |> on (fun b d -> Kernels.Scale.Cost(b, d))
        | Plus(x, _) -> x |> on (fun b d -> Kernels.Add.Cost(b, d))
        | MatrixProduct(x, w) -> Kernels.Product.Cost(x.Rows, w.Cols, x.Cols)
        | PairProducts(a, b) -> Kernels.Product.Cost(a.Rows, b.Rows, a.Cols)
        | BatchedProduct(factors, a, _, count) ->
            let rows: int = y.Rows / count

            let depth: int =
                if factors = Factors.LeftTransposed then
                    a.Rows / count
                else
                    a.Cols

            int64 count * Kernels.Product.Cost(rows, y.Cols, depth)
        | Attention(_, _, _, size) -> Kernels.Attention.Cost &size
        | PairSum(a, b, act) -> Kernels.PairSum.Cost(act, a.Rows, b.Rows, a.Cols)
        | InfoNceRows scores -> scores |> on (fun b m -> Kernels.InfoNceRows.Cost(b, m))
        | CrossEntropyRows(logits, _) -> logits |> on (fun b c -> Kernels.CrossEntropyRows.Cost(b, c))
        | SquaredErrorRows(prediction, _) -> prediction |> on (fun b d -> Kernels.SquaredErrorRows.Cost(b, d))
        | Uniforms _ -> y |> on (fun b d -> Kernels.Uniforms.Cost(b, d))
        | PermuteColumns(x, _) -> x |> on (fun b d -> Kernels.PermuteColumns.Cost(b, d))
        | CosineLogSnr t -> t |> on (fun b d -> Kernels.CosineLogSnr.Cost(b, d))
        | ScheduleLogSnr(t, curve) -> t |> on (fun b d -> Kernels.ScheduleLogSnr.Cost(curve.Kind, b, d))
        | Diffuse(x, _, _) -> x |> on (fun b d -> Kernels.Diffuse.Cost(b, d))
        | DiffuseNoise(x, _, _) -> x |> on (fun b d -> Kernels.DiffuseNoise.Cost(y2 <> y, b, d))
        | TimeEmbedding(t, frequencies) -> Kernels.TimeEmbedding.Cost(t.Rows, frequencies.Rows)
        | Conv2d(_, _, _, size, act) -> Kernels.Conv2d.Cost(act, &size)
        | TransposeBlocks _ -> y |> on (fun b d -> Kernels.TransposeBlocks.Cost(b, d))
        | ModulatedLayerNorm(x, shift, _) -> conditioned (fun r d t -> Kernels.ModulatedLayerNorm.Cost(r, d, t)) x shift
        | AddGated(x, _, gate) -> conditioned (fun r d t -> Kernels.AddGated.Cost(r, d, t)) x gate
        | GroupNorm(size = size; act = act) ->
            Kernels.GroupMoments.Cost &size + Kernels.GroupNorm.Cost(act, &size)
        | Downsample(size = size) -> Kernels.Downsample.Cost &size
        | Upsample(size = size) -> Kernels.Upsample.Cost &size
        | PlusPerImage(x, _, pixels) -> Kernels.AddPerImage.Cost(x.Rows, pixels, x.Cols)

    /// The adjoint of a bias adds the rows that the product beside it reads anyway.
    let private biasCost (dy: Tensor) =
        let cost = dy |> on (fun b d -> Kernels.ColumnSums.Cost(b, d))
        Cost(0L, cost.BytesWritten, cost.Flops, 0L)

    let private backward (y: Tensor) (y2: Tensor) (op: Backward<Tensor>) =
        match op with
        | Sum(x, _) -> Kernels.Sum.Cost x.Length
        | Add(x, _) -> x |> on (fun b d -> Kernels.Add.Cost(b, d))
        | ColumnSums x -> x |> on (fun b d -> Kernels.ColumnSums.Cost(b, d))
        | Zero _ -> y |> on (fun b d -> Kernels.Fill.Cost(b, d))
        | AffineGradInput(dy, w, None) ->
            Kernels.AffineGradInput.Cost(Activation.Identity, dy.Rows, dy.Cols, w.Rows)
        | AffineGradInput(dy, w, Some(act, _)) -> Kernels.AffineGradInput.Cost(act, dy.Rows, dy.Cols, w.Rows)
        | AffineGradWeight(x, dy) ->
            let product = Kernels.Product.Cost(x.Cols, dy.Cols, x.Rows)
            if y2 <> y then product + biasCost dy else product
        | ActivateGrad(act, _, dy) -> dy |> on (fun b d -> Kernels.ActivateGrad.Cost(act, b, d))
        | ReparameterizeKlGrad(mu, _, _, _, _) ->
            mu |> on (fun b d -> Kernels.ReparameterizeKlGrad.Cost(b, d))
        | KlRowsGrad(mu, _, _) -> mu |> on (fun b d -> Kernels.KlRowsGrad.Cost(b, d))
        | KlColumnsGrad(mu, _, _) -> mu |> on (fun b d -> Kernels.KlColumnsGrad.Cost(b, d))
        | LogRatioRowsGradDraw(z, _, _, _) -> z |> on (fun b d -> Kernels.LogRatioRowsGradDraw.Cost(b, d))
        | LogRatioRowsGrad(z, _, _, _) -> z |> on (fun b d -> Kernels.LogRatioRowsGrad.Cost(b, d))
        | ScaleRows(x, _) -> x |> on (fun b d -> Kernels.ScaleRows.Cost(b, d))
        | BernoulliNllRowsGrad(_, x, _) -> x |> on (fun b d -> Kernels.BernoulliNllRowsGrad.Cost(b, d))
        | BernoulliNllRowsWithGrad(_, x, _) ->
            x |> on (fun b d -> Kernels.BernoulliNllRowsWithGrad.Cost(b, d))
        | GaussianNllRowsGrad(x, _, _, _) -> x |> on (fun b d -> Kernels.GaussianNllRowsGrad.Cost(b, d))
        | PixelNllRowsGrad(likelihood, _, x, _) -> Kernels.PixelNllRowsGrad.Cost(likelihood, x.Rows, x.Cols)
        | PixelNllRowsWithGrad(likelihood, _, x, _) ->
            Kernels.PixelNllRowsWithGrad.Cost(likelihood, x.Rows, x.Cols)
        | GaussianLogDensityRowsGrad(x, _, _, _) ->
            x |> on (fun b d -> Kernels.GaussianLogDensityRowsGrad.Cost(b, d))
        | GaussianScalesGrad(halfPrecision, _, _) ->
            halfPrecision |> on (fun n d -> Kernels.GaussianScalesGrad.Cost(n, d))
        | MixtureGradRows(mixture = m) -> Kernels.MixtureGradRows.Cost(m.Z.Rows, m.Mu.Rows, m.Z.Cols)
        | MixtureGradComponents(mixture = m) ->
            Kernels.MixtureGradComponents.Cost(m.Z.Rows, m.Mu.Rows, m.Z.Cols)
        | MixtureMarginalGradRows(mixture = m) ->
            Kernels.MixtureMarginalGradRows.Cost(m.Z.Rows, m.Mu.Rows, m.Z.Cols)
        | MixtureMarginalGradComponents(mixture = m) ->
            Kernels.MixtureMarginalGradComponents.Cost(m.Z.Rows, m.Mu.Rows, m.Z.Cols)
        | AffineCouplingGrad(x, _, _, _) -> x |> on (fun b d -> Kernels.AffineCouplingGrad.Cost(b, d))
        | PairSumGrad(act, _, _) -> Kernels.PairSumGrad.Cost(act, y.Rows, y2.Rows, y.Cols)
        | AttentionDelta(known, _, _) -> known |> on (fun b d -> Kernels.AttentionDelta.Cost(b, d))
        | AttentionGradQuery(size = size) -> Kernels.AttentionGradQuery.Cost &size
        | AttentionGradKeyValue(size = size) -> Kernels.AttentionGradKeyValue.Cost &size
        | InfoNceRowsGrad(scores, _, _) -> scores |> on (fun b m -> Kernels.InfoNceRowsGrad.Cost(b, m))
        | CrossEntropyRowsGrad(logits, _, _, _) ->
            logits |> on (fun b c -> Kernels.CrossEntropyRowsGrad.Cost(b, c))
        | SquaredErrorRowsGrad(prediction, _, _) ->
            prediction |> on (fun b d -> Kernels.SquaredErrorRowsGrad.Cost(b, d))
        | SquaredErrorRowsWithGrad(prediction, _, _) ->
            prediction |> on (fun b d -> Kernels.SquaredErrorRowsWithGrad.Cost(b, d))
        | NoisePredictionRowsWithGrad(prediction, _, _) ->
            prediction |> on (fun b d -> Kernels.NoisePredictionRowsWithGrad.Cost(b, d))
        | ModulatedLayerNormGrad(x, scale, _, _) ->
            conditioned (fun r d t -> Kernels.ModulatedLayerNormGrad.Cost(r, d, t)) x scale
        | ModulationGrad(x, _, _) -> conditioned (fun r d t -> Kernels.ModulationGrad.Cost(r, d, t)) x y
        | AddGatedGrad(h, gate, _) -> conditioned (fun r d t -> Kernels.AddGatedGrad.Cost(r, d, t)) h gate
        | Conv2dGradInput(_, _, size) -> Kernels.Conv2dGradInput.Cost &size
        | Conv2dGradWeight(_, _, size) -> Kernels.Conv2dGradWeight.Cost &size
        | GroupNormSums(size = size; act = act) -> Kernels.GroupNormSums.Cost(act, &size)
        | GroupNormGrad(size = size; act = act) -> Kernels.GroupNormGrad.Cost(act, &size)
        | SumPerImage(_, pixels) -> Kernels.SumPerImage.Cost(y.Rows, pixels, y.Cols)

    /// Bytes, flops and transcendental functions of one launch.
    let Of (launch: Launch) : Cost =
        match launch.Op with
        | Leaf _ -> Cost()
        | Forward op -> forward launch.Out launch.Out2 op
        | Backward op -> backward launch.Out launch.Out2 op
