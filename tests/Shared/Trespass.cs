using System.Collections.Concurrent;
using System.Diagnostics;

/// <summary>
/// Catches the assertion by which ILGPU's simulator reports an index out of range; unheard, it would end the
/// test process. Outside any namespace, so that it stands over the whole assembly.
/// </summary>
[SetUpFixture]
public sealed class Trespass
{
    static readonly Recorder Heard = new();

    [OneTimeSetUp]
    public void Listen()
    {
        Trace.Listeners.Clear();
        Trace.Listeners.Add(Heard);
    }

    /// <summary>Fails the current test if a kernel has left its views.</summary>
    public static void MustBeNone()
    {
        var messages = Heard.Messages.ToArray();
        Heard.Messages.Clear();
        Assert.That(messages, Is.Empty, "an index out of range");
    }

    sealed class Recorder : TraceListener
    {
        public readonly ConcurrentQueue<string> Messages = [];

        public override void Fail(string? message, string? detail) => Messages.Enqueue($"{message} {detail}");

        public override void Write(string? message) { }

        public override void WriteLine(string? message) { }
    }
}
