namespace LumenLink.Simulator;

/// <summary>A board's console: keeps its last lines.</summary>
/// <param name="onLine">Receives each line too; may be null.</param>
public sealed class SimConsole(Action<string>? onLine)
{
    private readonly Queue<string> _lines = new();
    private string _open = "";

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    internal void Write(string text)
    {
        lock (_lines) _open += text;
    }

    internal void WriteLine(string text)
    {
        string line;
        lock (_lines)
        {
            line = _open + text;
            _open = "";
            _lines.Enqueue(line);
            if (_lines.Count > SimLimits.ConsoleLines) _lines.Dequeue();
        }

        onLine?.Invoke(line);
    }
}
