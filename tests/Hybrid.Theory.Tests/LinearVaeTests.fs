module Hybrid.Theory.Tests.LinearVaeTests

open FsCheck.FSharp
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

let private lambda = [| 4.0; 2.0; 1.0; 0.5; 0.25 |]

/// The plane rotations of 0.3, 0.6, … applied to diag λ: the same data with no axis of its own.
let private rotatedData =
    let mutable m = diagonal lambda

    for i in 0..3 do
        let c, s = cos (0.3 * float (i + 1)), sin (0.3 * float (i + 1))

        let rotation =
            Array2D.init 5 5 (fun a b ->
                match a - i, b - i with
                | 0, 0
                | 1, 1 -> c
                | 0, 1 -> -s
                | 1, 0 -> s
                | _ -> if a = b then 1.0 else 0.0)

        let columns = Array.init 5 (fun j -> times rotation m[*, j])
        m <- Array2D.init 5 5 (fun a b -> (times rotation (Array.init 5 (fun j -> columns[j][a])))[b])

    m

let private parametersOf (d: int) (k: int) =
    gen {
        let! encoder = matrixOf k d -1.5 1.5
        let! encoderBias = vectorOf k -1.0 1.0
        let! logVar = vectorOf k -4.0 1.0
        let! decoder = matrixOf d k -1.5 1.5
        let! decoderBias = vectorOf d -1.0 1.0
        let! decoderVariance = between 0.05 2.0

        return
            { EncoderWeights = encoder
              EncoderBias = encoderBias
              PosteriorVariance = Array.map exp logVar
              DecoderWeights = decoder
              DecoderBias = decoderBias
              DecoderVariance = decoderVariance }
    }

/// Any linear VAE, trained or not, on any Gaussian data: 4 dimensions, 3 latents.
let private anyVae = Gen.zip (parametersOf 4 3) (covarianceOf 4)

/// Residuals are below 200 in square, so terms below 2000 nats at σ² = 0.05; some 500 roundings each.
let private rounding = 500.0 * 2000.0 * u

[<TestCaseSource(typeof<WaterTable>, "Rows")>]
let ``at the optimum the account is the water-filling table``
    (beta: float, active: int, rate: float, squaredError: float, elbo: float)
    =
    for data in [ diagonal lambda; rotatedData ] do
        let a = LinearVae.account (LinearVae.atOptimum data 5 beta 0.2) data
        Assert.That(a.ActiveUnits, Is.EqualTo active)
        toPrintedDigits 6 rate (float a.RateNats)
        toPrintedDigits 6 rate (float a.MutualInformationNats)
        within rounding squaredError a.SquaredError
        toPrintedDigits 6 elbo (float a.NegativeElboNats)
        within rounding 0.0 (float a.MarginalKlNats)

/// Each sample's definition, averaged by a cubature that is exact for quadratics.
[<Test>]
let ``the account is the mean of every sample's own account`` () =
    forAll anyVae (fun (p, sigma) ->
        let l = factorOf sigma

        let posteriorMean x =
            Array.map2 (+) (times p.EncoderWeights x) p.EncoderBias

        let sample (e: float[]) =
            let x = times l e[..3]
            let noise = Array.map2 (fun s n -> sqrt s * n) p.PosteriorVariance e[4..]
            let z = Array.map2 (+) (posteriorMean x) noise
            x, Array.map2 (+) (times p.DecoderWeights z) p.DecoderBias

        let nll e =
            let x, mean = sample e

            -(Array.sum (
                Array.map2 (fun m v -> float (Gaussian.logDensity m (log p.DecoderVariance) v)) mean x
            ))

        let squaredError e =
            let x, mean = sample e
            Array.sum (Array.map2 (fun m v -> (m - v) ** 2.0) mean x)

        let rate e =
            MultivariateGaussian.klDiagonalStandardNormal
                (posteriorMean (times l e))
                (Array.map log p.PosteriorVariance)
            |> float

        let a = LinearVae.account p sigma
        within rounding (cubature 7 nll) (float a.ReconstructionNats)
        within rounding (cubature 7 squaredError) a.SquaredError
        within rounding (cubature 4 rate) (float a.RateNats)
        within rounding (cubature 7 nll + cubature 4 rate) (float a.NegativeElboNats))

/// I_q from the joint covariance of (x, z), by the definition of mutual information.
[<Test>]
let ``the index-code information is that of x and z jointly`` () =
    forAll anyVae (fun (p, sigma) ->
        let v = p.EncoderWeights
        let cross = Array2D.init 3 4 (fun k i -> (times sigma v[k, *])[i])

        let joint =
            Array2D.init 7 7 (fun i j ->
                match i < 4, j < 4 with
                | true, true -> sigma[i, j]
                | true, false -> cross[j - 4, i]
                | false, true -> cross[i - 4, j]
                | false, false ->
                    (times v cross[i - 4, *])[j - 4]
                    + (if i = j then p.PosteriorVariance[i - 4] else 0.0))

        // The joint matrix's condition number is up to some 10⁵; its log determinant loses that much.
        float (LinearVae.account p sigma).MutualInformationNats
        |> within (7.0 ** 3.0 * 1e5 * u) (float (MultivariateGaussian.mutualInformation joint 4)))

[<Test>]
let ``the rate is information plus marginal KL, so information never exceeds it`` () =
    forAll anyVae (fun (p, sigma) ->
        let a = LinearVae.account p sigma
        within rounding (float a.RateNats) (float (a.MutualInformationNats + a.MarginalKlNats))
        atLeast rounding 0.0 (float a.MarginalKlNats)
        atLeast rounding 0.0 (float a.MutualInformationNats)
        atLeast rounding (float a.MutualInformationNats) (float a.RateNats))

[<Test>]
let ``no parameters go below the water-filling optimum`` () =
    forAll (Gen.zip anyVae (between 0.1 10.0)) (fun ((p, sigma), beta) ->
        let optimum =
            ReverseWaterFilling.atOptimum (Covariance.eigenvalues sigma) 3 beta p.DecoderVariance

        let reached = (LinearVae.account p sigma).ObjectiveNats beta
        atLeast rounding (float optimum.ObjectiveNats) (float reached))

[<Test>]
let ``no small step from the optimum goes lower`` () =
    forAll (Gen.zip (parametersOf 5 4) (between 0.1 10.0)) (fun (direction, beta) ->
        let best = LinearVae.atOptimum rotatedData 4 beta 0.2

        let move (b: float[,]) (d: float[,]) =
            b |> Array2D.mapi (fun i j v -> v + 1e-3 * d[i, j])

        let moved =
            { best with
                EncoderWeights = move best.EncoderWeights direction.EncoderWeights
                EncoderBias = Array.map (fun v -> 1e-3 * v) direction.EncoderBias
                PosteriorVariance =
                    Array.map2 (fun s d -> s * d ** 1e-3) best.PosteriorVariance direction.PosteriorVariance
                DecoderWeights = move best.DecoderWeights direction.DecoderWeights
                DecoderBias = Array.map (fun v -> 1e-3 * v) direction.DecoderBias }

        let objective p =
            float ((LinearVae.account p rotatedData).ObjectiveNats beta)

        let optimum = ReverseWaterFilling.atOptimum lambda 4 beta 0.2
        within rounding (float optimum.ObjectiveNats) (objective best)
        atLeast rounding (objective best) (objective moved)
        // A tangent, not a slope: the excess is of second order in a step of 10⁻³.
        within (1e-6 * 1e4) (objective best) (objective moved))

[<Test>]
let ``a collapsed latent is inactive and a barely used one is active`` () =
    let p =
        { EncoderWeights = array2D [ [ 0.0 ]; [ 0.099 ]; [ 0.101 ] ]
          EncoderBias = [| 3.0; 0.0; 0.0 |]
          PosteriorVariance = [| 1.0; 1.0; 1.0 |]
          DecoderWeights = array2D [ [ 0.0; 0.0; 0.0 ] ]
          DecoderBias = [| 0.0 |]
          DecoderVariance = 1.0 }

    let a = LinearVae.account p (diagonal [| 1.0 |])
    Assert.That(a.ActiveUnits, Is.EqualTo 1)
    within (4.0 * u) 0.010201 a.PosteriorMeanVariance[2]

[<Test>]
let ``wrong shapes and log variances are refused`` () =
    let data = diagonal lambda
    let good = LinearVae.atOptimum data 3 1.0 0.2
    let account p () = LinearVae.account p data

    refuses
        "EncoderWeights"
        (account
            { good with
                EncoderWeights = good.DecoderWeights })

    refuses
        "DecoderWeights"
        (account
            { good with
                DecoderWeights = good.EncoderWeights })

    refuses
        "DecoderBias"
        (account
            { good with
                DecoderBias = [| 0.0; nan; 0.0; 0.0; 0.0 |] })

    refuses "EncoderBias" (account { good with EncoderBias = [| 0.0 |] })
    refuses "DecoderBias" (account { good with DecoderBias = [| 0.0 |] })
    refuses "PosteriorVariance" (account { good with PosteriorVariance = [||] })

    refuses
        "PosteriorVariance"
        (account
            { good with
                PosteriorVariance = [| -3.0; 1.0; 1.0 |] })

    refuses "DecoderVariance" (account { good with DecoderVariance = -1.6 })
