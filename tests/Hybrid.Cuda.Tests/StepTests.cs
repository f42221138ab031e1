using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Training;

namespace Hybrid.Cuda.Tests;

/// <summary>What a training step asks of the driver, and what comes of it.</summary>
[TestFixture]
public sealed class StepTests : CudaFixture
{
    static string Train(Device device, string remedy = "none", string objective = "elbo")
    {
        using (device)
        {
            var trainer = new VaeTrainer(device, Options with { Remedy = remedy, Objective = objective }, Images());
            trainer.Run(CancellationToken.None);
            var test = trainer.History[^1].Test;
            return $"{ParametersHash.Of(device, trainer.Vae.Parameters)} {test.Reconstruction:R} {test.Kl:R}";
        }
    }

    /// <summary>Through modules, launches, a graph whose nodes change, copies and streams.</summary>
    [TestCase("none")]
    [TestCase("cyclical:2,0.5")]
    [TestCase("capacity:1,1")]
    [TestCase("free-bits:0.2")]
    [TestCase("aggressive:1,20")]
    [TestCase("delta:0.5")]
    public void A_run_gives_the_hosts_bits(string remedy) =>
        Assert.That(Train(Open(), remedy), Is.EqualTo(Train(new HostDevice(threads: 1), remedy)));

    [TestCase("iwae:2")]
    [TestCase("iwae-dreg:2")]
    [TestCase("dip-ii:2")]
    [TestCase("tc:3")]
    [TestCase("info:0.5,10")]
    [TestCase("factor:3")]
    public void A_bound_gives_the_hosts_bits(string objective) => Assert.That(
        Train(Open(), objective: objective), Is.EqualTo(Train(new HostDevice(threads: 1), objective: objective)));

    /// <summary>What a remedy changes from step to step is an argument of the graph's kernels.</summary>
    [TestCase("anneal")]
    [TestCase("cyclical")]
    [TestCase("capacity")]
    public void A_remedied_step_is_one_launch(string remedy)
    {
        using var device = Open();
        var trainer = new VaeTrainer(device, Options with { Remedy = remedy }, Images());
        trainer.Step();
        RecordingDriver.Calls.Clear();
        trainer.Step();
        var names = RecordingDriver.Calls.Select(call => call.Name).ToArray();
        Assert.That(names, Has.Exactly(1).EqualTo("cuGraphLaunch"));
        Assert.That(names.Distinct(), Is.EquivalentTo(new[] { "cuGraphExecKernelNodeSetParams", "cuGraphLaunch" }));
    }

    [Test]
    public void The_self_test_passes()
    {
        using var device = Open();
        using var host = new HostDevice(threads: 1);
        Assert.That(SelfTest.FirstDifference(device, host), Is.Null);
    }

    #region later-step
    [Test]
    public void A_step_after_the_first_is_one_launch_and_what_has_changed()
    {
        using var device = Open();
        var trainer = new VaeTrainer(device, Options, Images());
        trainer.Step();
        RecordingDriver.Calls.Clear();
        trainer.Step();
        trainer.Step();

        var names = RecordingDriver.Calls.Select(call => call.Name).ToArray();
        Assert.That(names, Has.Exactly(2).EqualTo("cuGraphLaunch"));
        Assert.That(names.Distinct(), Is.EquivalentTo(new[] { "cuGraphExecKernelNodeSetParams", "cuGraphLaunch" }));
        // The batch's place in the order, the draws of pixels and of z, which z's gradient draws again, Adam's factors.
        Assert.That(
            RecordingDriver.Calls.Where(call => call.What.Length > 0).Select(call => Operation(call.What)),
            Is.EqualTo(Twice("GatherRows", "Binarize", "ReparameterizeKl", "ReparameterizeKlGrad", "AdamUpdate")));

        static string Operation(string kernel) => kernel.Split('_')[1];

        static string[] Twice(params string[] names) => [.. names, .. names];
    }
    #endregion

    [Test]
    public void The_first_step_makes_a_chain_of_nodes_and_nothing_is_launched_beside_it()
    {
        using var device = Open();
        var trainer = new VaeTrainer(device, Options, Images());
        RecordingDriver.Calls.Clear();
        trainer.Step();

        var calls = RecordingDriver.Calls;
        Assert.That(calls.Select(call => call.Name), Has.None.EqualTo("cuLaunchKernel"));
        Assert.That(calls.Select(call => call.Name), Has.None.StartsWith("cuMem").And.None.EndsWith("Synchronize"));
        var nodes = RecordingDriver.Graphs.Values.First();
        Assert.That(nodes, Has.Count.EqualTo(calls.Count(call => call.Name == "cuGraphAddKernelNode")));
        Assert.That(
            nodes.Select(one => one.Node.After), Is.EqualTo(nodes.Select(one => one.Handle).Prepend(0).SkipLast(1)));
    }

    /// <summary>The least of a few steps: the runtime itself may allocate once, when it compiles code anew.</summary>
    [Test]
    public void A_step_allocates_nothing()
    {
        using var device = Open();
        var trainer = new VaeTrainer(device, Options with { Epochs = 100, BatchSize = 2 }, Images());
        trainer.Step();
        (RecordingDriver.Records, RecordingDriver.Runs) = (false, false);
        trainer.Step();
        var least = long.MaxValue;
        for (var step = 0; step < 5; step++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.That(least, Is.Zero);
    }

    [Test]
    public void All_work_is_in_one_stream_and_not_in_the_default_one()
    {
        using var device = Open();
        var trainer = new VaeTrainer(device, Options, Images());
        trainer.Run(CancellationToken.None);
        string[] work = ["cuGraphLaunch", "cuLaunchKernel", "cuMemcpyAsync", "cuMemsetD8Async"];
        var streams = RecordingDriver.Calls.Where(call => work.Contains(call.Name)).Select(call => call.Stream);
        Assert.That(streams.Distinct().ToArray(), Has.Length.EqualTo(1).And.None.Zero);
    }

    [Test]
    public void An_epoch_copies_its_order_and_nothing_else_to_the_device()
    {
        using var device = Open();
        var trainer = new VaeTrainer(device, Options, Images());
        RecordingDriver.Calls.Clear();
        for (var i = 0; i < trainer.StepsPerEpoch; i++) trainer.Step();
        Assert.That(RecordingDriver.Calls.Select(call => call.Name), Has.None.EqualTo("cuMemcpyAsync"));
    }

    [Test]
    public void A_profiler_sees_epochs_with_their_steps_and_evaluations()
    {
        using var device = Open();
        NvtxFunctions.Ranges.Clear();
        new VaeTrainer(device, Options, Images()).Run(CancellationToken.None);
        const string epoch = "epoch step end step end step end evaluate end end";
        Assert.That(string.Join(' ', NvtxFunctions.Ranges), Is.EqualTo($"{epoch} {epoch}"));
    }
}
