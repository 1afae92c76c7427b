# The loss of an MLP, step by step. Run in a folder that has loss.tsv, the output of samples/mlp.
set terminal svg size 640,400 font 'sans-serif,14' background rgb 'white'
ink = '#5b6470'
set border 3 linecolor rgb ink
set tics nomirror scale 0.5 textcolor rgb ink
set grid ytics linecolor rgb '#e6e8eb' linetype 1
set lmargin 9
set rmargin 4
set tmargin 3
set title 'An MLP learns four examples' textcolor rgb ink
set xlabel 'step, counted from 1' textcolor rgb ink
set ylabel 'loss' textcolor rgb ink
set logscale xy
set xrange [1:1000]
set yrange [5e-4:10]
set format y '%g'
set format x '%g'
unset key
plot 'loss.tsv' every ::1 using ($1 + 1):2 with linespoints linewidth 2.5 pointtype 7 \
     pointsize 0.3 linecolor rgb '#1f6feb'
