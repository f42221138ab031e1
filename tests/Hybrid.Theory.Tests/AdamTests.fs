module Hybrid.Theory.Tests.AdamTests

open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

let private tenth = { Adam.defaults with Alpha = 0.1 }

/// θ₀ = 1, gradients ½ and −¼, α = 0.1. By hand: m₁ = 0.05, v₁ = 0.00025, m̂₁ = ½, v̂₁ = ¼, so
/// θ₁ = 1 − 0.1·½/(½ + 10⁻⁸); m₂ = 0.045 − 0.025 = 0.02, v₂ = 0.00024975 + 0.0000625 = 0.00031225;
/// θ₂ finished with mpmath (mp.dps = 40). 1 − β₂ᵗ amplifies the rounding of β₂ by 1/(1 − β₂) = 1000.
let private roundings = 2000.0

[<Test>]
let ``two steps by hand`` () =
    let one = Adam.step tenth 0.5 (Adam.start 1.0)
    withinRoundings roundings 0.05 one.M
    withinRoundings roundings 0.00025 one.V
    withinRoundings roundings 0.90000000199999996 one.Theta

    let two = Adam.step tenth -0.25 one
    withinRoundings roundings 0.02 two.M
    withinRoundings roundings 0.00031225 two.V
    withinRoundings roundings 0.87336629870784616256 two.Theta
    Assert.That(two.Step, Is.EqualTo 2)

/// As above with λ = 0.01: each step also takes 0.01·θ from before the step.
[<Test>]
let ``two steps by hand with decoupled decay`` () =
    let one = Adam.stepW tenth 0.01 1.0 0.5 (Adam.start 1.0)
    withinRoundings roundings 0.89000000199999996 one.Theta
    let two = Adam.stepW tenth 0.01 1.0 -0.25 one
    withinRoundings roundings 0.85446629868784616296 two.Theta

[<Test>]
let ``decay does not enter the moments`` () =
    let with' = Adam.stepW tenth 0.5 1.0 0.3 (Adam.start 2.0)
    let without = Adam.step tenth 0.3 (Adam.start 2.0)
    Assert.That((with'.M, with'.V), Is.EqualTo((without.M, without.V)))

[<Test>]
let ``the first step has length α whatever the gradient's size`` () =
    forAll (between 1.0 1000.0) (fun g ->
        let moved = 1.0 - (Adam.step tenth g (Adam.start 1.0)).Theta
        // α·g/(g + ε): ε shortens it by 10⁻⁸/g relative.
        within (0.1 * 1e-8 / g + roundings * u) 0.1 moved)

[<Test>]
let ``the schedule multiplies the step and the decay`` () =
    let full = Adam.stepW tenth 0.01 1.0 0.5 (Adam.start 1.0)
    let half = Adam.stepW tenth 0.01 0.5 0.5 (Adam.start 1.0)
    within (4.0 * u) (0.5 * (1.0 - full.Theta)) (1.0 - half.Theta)

[<Test>]
let ``the defaults are the paper's`` () =
    Assert.That(
        Adam.defaults,
        Is.EqualTo
            { Alpha = 0.001
              Beta1 = 0.9
              Beta2 = 0.999
              Epsilon = 1e-8 }
    )
