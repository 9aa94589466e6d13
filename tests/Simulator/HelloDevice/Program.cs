using System;
using System.Threading;

namespace HelloDevice
{
    /// <summary>Three minutes of a board's life: a worker that dies, and a main thread that goes on.</summary>
    public static class Program
    {
        public static void Main()
        {
            Console.WriteLine("year " + DateTime.UtcNow.Year.ToString());
            Thread worker = new Thread(Work);
            worker.Start();
            worker.Join();
            Console.WriteLine("worker ended at " + Seconds());
            Thread.Sleep(60000);
            Console.WriteLine("main ended at " + Seconds());
        }

        private static void Work()
        {
            Thread.Sleep(60000);
            Console.WriteLine("worker works at " + Seconds());
            Thread.Sleep(60000);
            throw new InvalidOperationException("nothing catches this");
        }

        private static string Seconds()
        {
            return (nanoFramework.Hardware.Esp32.HighResTimer.GetCurrent() / 1000000).ToString();
        }
    }

    /// <summary>A loop that always says it is due again at once.</summary>
    public sealed class RestlessComposition
    {
        private readonly AutoResetEvent _wake = new AutoResetEvent(false);

        public bool LinkJobPending => false;

        public AutoResetEvent Wake => _wake;

        public object Counters => _wake;

        public static RestlessComposition Create()
        {
            return new RestlessComposition();
        }

        public int Tick()
        {
            return 0;
        }

        public void RunLinkJob()
        {
        }

        public void RequestFlush()
        {
        }
    }

    /// <summary>A main loop that never ends by itself.</summary>
    public static class EndlessProgram
    {
        public static void Main()
        {
            while (true)
            {
                Thread.Sleep(1000);
                Console.WriteLine("on");
            }
        }
    }
}
