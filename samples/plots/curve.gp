# A function and its derivative. Run in a folder that has curve.tsv, the output of samples/curve.
set terminal svg size 640,400 font 'sans-serif,14' background rgb 'white'
ink = '#5b6470'
set border 3 linecolor rgb ink
set tics nomirror scale 0.5 textcolor rgb ink
set grid ytics linecolor rgb '#e6e8eb' linetype 1
set xzeroaxis linetype 1 linecolor rgb '#b4bac2'
set lmargin 7
set rmargin 10
set tmargin 3
set title 'f(x) = 3x² − 4x + 5' textcolor rgb ink
set xlabel 'x' textcolor rgb ink
set xrange [-5:5]
set yrange [-40:100]
unset key
set label 'f(x)' at 4.75,53.7 offset 1,0 textcolor rgb '#1f6feb'
set label 'df/dx' at 4.75,24.5 offset 1,0 textcolor rgb '#c2410c'
plot 'curve.tsv' every ::1 using 1:2 with lines linewidth 2.5 linecolor rgb '#1f6feb', \
     ''          every ::1 using 1:3 with lines linewidth 2.5 linecolor rgb '#c2410c'
