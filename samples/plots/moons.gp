# What a network thinks of the plane. Run in a folder that has plane.tsv, from samples/moons plane.tsv.
set terminal svg size 640,480 font 'sans-serif,14' background rgb 'white'
ink = '#5b6470'
set border 3 linecolor rgb ink
set tics nomirror scale 0.5 out textcolor rgb ink
set lmargin 9
set rmargin 4
set tmargin 3
set title 'Two moons: the regions that the network tells apart' textcolor rgb ink
set xlabel 'x0' textcolor rgb ink
set ylabel 'x1' offset 1,0 textcolor rgb ink
set xrange [-1.75:2.75]
set yrange [-1.25:1.75]
set size ratio -1
unset key
unset colorbox
# The score's size is how sure the network is; beyond 3 it makes no difference to the colour.
set palette defined (-3 '#f5b48a', -0.001 '#fdf1e8', 0.001 '#e9f1fd', 3 '#8fb8f5')
set cbrange [-3:3]
# The border is where the score is 0.
set contour base
set cntrparam levels discrete 0
unset surface
set table $border
splot 'plane.tsv' index 0 using 1:2:3
unset table
plot 'plane.tsv' index 0 using 1:2:3 with image, \
     $border using 1:2 with lines linewidth 2 linecolor rgb ink, \
     'plane.tsv' index 1 using ($3 < 0 ? $1 : NaN):2 with points pointtype 7 pointsize 0.6 \
        linecolor rgb '#c2410c', \
     '' index 1 using ($3 > 0 ? $1 : NaN):2 with points pointtype 7 pointsize 0.6 \
        linecolor rgb '#1f6feb'
