module Hybrid.Theory.Tests.LinearHierarchyTests

open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

let private correlations = [| 0.9; 0.7; 0.4 |]

let private entropy variance = float (Gaussian.entropy (log variance))

/// p is x's own density: nothing is lost, however many levels there are.
[<Test>]
let ``a chain and its reverse reach the entropy`` () =
    for variance in [ 0.25; 1.0; 4.0 ] do
        for T in 1..3 do
            let chain = LinearHierarchy.preserving variance correlations[.. T - 1]
            within 1e-13 (entropy variance) (float (LinearHierarchy.negativeElbo chain))

/// Steps that leave z_T with another variance than the prior's pay for it, and for nothing else.
[<Test>]
let ``a top that is not the prior costs its divergence`` () =
    let up = [| { Gain = 0.5; Variance = 0.3 }; { Gain = -1.2; Variance = 0.4 } |]
    let last = 1.44 * (0.25 * 2.0 + 0.3) + 0.4
    let expected = entropy 2.0 + float (Gaussian.klStandardNormal 0.0 (log last))
    within 1e-13 expected (float (LinearHierarchy.negativeElbo (LinearHierarchy.reversed 2.0 up)))

/// The same bound in two factorisations: q(z_t | z_{t−1}) here, q(z_s | z_t, x) there.
[<Test>]
let ``a fixed encoder's bound is the diffusion's`` () =
    for variance in [ 0.25; 1.0; 4.0 ] do
        for T in [ 1; 10; 100 ] do
            let levels = Array.init (T + 1) (fun i -> 13.3 - 18.3 * float i / float T)
            let chain = LinearHierarchy.diffusion variance levels
            let expected = float (VariationalBound.total [| variance |] levels)
            // Residuals of e^−13.3, relative to themselves: differences of numbers up to 4, on every level.
            let tolerance = float (T + 1) * 16.0 * 2.0 ** -53.0 * exp 13.3
            within tolerance expected (float (LinearHierarchy.negativeElbo chain))

[<Test>]
let ``the reconstruction and the last level are the diffusion's too`` () =
    let levels = [| 3.0; 0.5; -2.0 |]
    let chain = LinearHierarchy.diffusion 1.7 levels

    within
        1e-13
        (float (VariationalBound.reconstruction [| 1.7 |] 3.0))
        (float (LinearHierarchy.reconstruction chain))

    let last = LinearHierarchy.posterior chain 3
    within 1e-13 (Diffusion.alpha -2.0) last.Gain
    within 1e-13 (Diffusion.sigma -2.0 ** 2.0) last.Variance

/// What a chain knows of x it knows in its first level.
[<Test>]
let ``levels after the first add nothing`` () =
    let chain = LinearHierarchy.preserving 2.5 correlations
    let first = LinearHierarchy.information chain [| 1 |]
    within 1e-13 (-0.5 * log (1.0 - 0.81)) (float first)
    within 1e-12 (float first) (float (LinearHierarchy.information chain [| 1; 2; 3 |]))
    let sum = Seq.sumBy (LinearHierarchy.conditionalInformation chain) [ 1; 2; 3 ]
    within 1e-12 (float first) (float sum)

/// Bayes' rule: evidence times p(z_t | z_{t+1}) is the posterior, here q(z_t | x, z_{t+1}) by conditioning.
[<Test>]
let ``a ladder of the evidence is exact`` () =
    let chain = LinearHierarchy.preserving 2.5 correlations

    for t in 1..2 do
        let evidence, prior = LinearHierarchy.evidence chain t, chain.Down[t]
        let precision = 1.0 / evidence.Variance + 1.0 / prior.Variance
        // Regression of z_t on x and z_{t+1}: 2 × 2 by Cramer's rule.
        let toX = LinearHierarchy.posterior chain t
        let above = LinearHierarchy.posterior chain (t + 1)
        let a, b, c = 2.5, above.Gain * 2.5, 1.0
        let rhsX, rhsZ = toX.Gain * 2.5, correlations[t]
        let det = a * c - b * b
        within 1e-12 ((c * rhsX - b * rhsZ) / det) (evidence.Gain / evidence.Variance / precision)
        within 1e-12 ((a * rhsZ - b * rhsX) / det) (prior.Gain / prior.Variance / precision)
        let explained = (c * rhsX * rhsX - 2.0 * b * rhsX * rhsZ + a * rhsZ * rhsZ) / det
        within 1e-12 (1.0 - explained) (1.0 / precision)
        // Its divergence from p(z_t | z_{t+1}) is on average what x adds: here with equal variances in both.
        let expected = 0.5 * log (prior.Variance * precision)
        within 1e-12 expected (float (LinearHierarchy.conditionalInformation chain t))
